"""Compounds that are written joined and hyphenated, by the form that is more common in arXiv abstracts."""

from __future__ import annotations

from typing import Final

_TWO_WORDS: Final = frozenset(
    """
    above-mentioned ai-generated anti-aliased audio-visual auto-bidding back-projected back-projection
    back-translation bi-level bi-temporal bio-inspired bit-width bit-widths black-box blind-spot block-wise
    check-worthiness chunk-wise city-scale class-wise co-activation co-evolution co-evolutionary co-evolving
    co-located co-occurrence co-registration cold-start cross-attention cross-domain cross-lingual
    cross-linguistic cross-modal cross-task cross-view data-driven de-identification de-identified
    decision-making diffusion-based domain-specific down-weighting down-weights ego-motion element-wise end-user
    fact-check feed-forward few-shot few-shots fine-grained fine-tune fine-tuned fine-tuner fine-tunes
    fine-tuning fine-tunings five-fold frame-rate frame-wise free-form free-space free-text front-end
    general-purpose geo-localization geo-tagged graph-based ground-truth group-wise hard-coded head-wise
    high-dimensional high-level high-quality high-resolution hold-out human-like hyper-realistic in-betweening
    in-domain in-group instruction-following inter-class inter-frame inter-group inter-modal inter-observer
    inter-rater inter-regional inter-sample inter-symbol intra-class intra-modal land-cover land-use
    language-guided language-specific large-scale layer-wise layout-aware linear-time lip-sync llm-based
    long-form long-standing long-tail long-term low-frequency low-light low-rank low-resolution low-resource
    macro-scale max-min meaning-preserving meta-prompting micro-scale mid-training min-max mini-batch
    modality-aware multi-agent multi-antenna multi-body multi-branch multi-camera multi-category multi-cell
    multi-center multi-centre multi-channel multi-class multi-component multi-context multi-criteria
    multi-dataset multi-dimensional multi-directional multi-domain multi-event multi-frame multi-genre
    multi-granular multi-graph multi-head multi-hop multi-label multi-layer multi-layered multi-level
    multi-modality multi-model multi-object multi-objective multi-part multi-party multi-path multi-perspective
    multi-phase multi-plane multi-point multi-purpose multi-resolution multi-round multi-scale multi-scene
    multi-sensor multi-shot multi-site multi-slice multi-source multi-species multi-stage multi-step multi-task
    multi-tasking multi-temporal multi-threaded multi-turn multi-user multi-vector multi-view multi-views
    multi-way multi-word multi-year near-infrared neuro-symbolic non-adaptive non-asymptotic non-binary
    non-clinical non-coherent non-commutative non-compliance non-conformity non-contact non-convex non-convexity
    non-cooperative non-degenerate non-destructive non-determinism non-deterministic non-differentiable
    non-empty non-essential non-existent non-human non-invasive non-invasively non-linguistic non-local
    non-monotonic non-negative non-parametric non-rigid non-smooth non-standard non-stationarity non-stationary
    non-trivial non-uniform non-uniformly non-verbal non-zero null-space omni-modal on-chain on-demand on-site
    open-domain open-source open-weight over-correction over-optimization over-predict over-refusal
    over-reliance over-rely over-represented over-smoothed over-smoothing pan-cancer patch-wise pixel-level
    pixel-wise plug-in post-hoc post-processing post-trained post-training pre-built pre-existing pre-registered
    pre-screening pre-selected pre-selection pre-specified pre-tokenization pre-train pre-trained pre-training
    pre-trainings pre-trains pseudo-label pseudo-labels pseudo-random ray-tracing re-annotated re-annotation
    re-engineering re-evaluate re-evaluates re-evaluating re-examination re-examine re-grounding
    re-identification re-initialization re-prompting real-time real-world rectified-flow red-teaming
    resource-constrained retrieval-augmented role-play role-playing round-trip self-attention self-aware
    self-supervised semi-automatic semi-structured semi-supervised semi-transparent short-sighted slow-fast
    socio-political space-time spatio-temporally stage-wise sub-agent sub-agents sub-components sub-concepts
    sub-dimensions sub-images sub-millimeter sub-millisecond sub-models sub-pixel sub-quadratic sub-queries
    sub-question sub-questions sub-region sub-trajectories super-resolution text-only threshold-based
    time-consuming time-series token-wise trade-off trade-offs training-free transformer-based tri-modal
    ultra-fast ultra-light under-constrained under-resourced vision-language voxel-based voxel-wise warm-up
    water-filling web-scale well-being white-box whole-body zero-shot zoom-in
    """.split()
)
"""Usually hyphenated: ``finetuning`` is read as ``fine-tuning``."""

_ONE_WORD: Final = frozenset(
    """
    above-ground auto-encoder auto-encoders auto-encoding auto-formalization auto-regressive auto-regressively
    back-door back-end back-ends back-propagated back-propagates back-propagating back-propagation band-pass
    bi-directional bi-directionally bi-manual bi-modal bit-rate bit-wise by-product check-point check-points
    co-exist co-existing co-pilot co-pilots co-reference code-base common-sense counter-arguments
    counter-example counter-factual counter-intuitive counter-intuitively counter-speech cross-talk
    crowd-sourced dash-cam data-base data-bases data-set data-sets de-duplication depth-wise down-sampling
    down-stream down-weight ego-centric end-point exo-centric four-fold free-hand geo-referenced geo-spatial
    grid-world hand-crafted hand-held hand-off hand-written hyper-network hyper-parameter hyper-parameters
    in-line in-painting inter-dependencies inter-relationships inter-view intra-operative key-frame key-point
    life-cycle life-like life-long light-weight list-wise look-ahead main-stream marker-less meta-cognition
    meta-cognitive meta-heuristic mis-specified mono-modal multi-cultural multi-disciplinary multi-faceted
    multi-functional multi-lingual multi-modal multi-parametric multi-physics multi-player multi-spectral
    multi-variable narrow-band night-time non-linear non-linearity non-linearly off-line on-board on-line
    out-painting out-performs over-confidence over-confident over-exposure over-fitting over-generalization
    over-generation over-parameterized over-sampling over-simplified over-smooth over-thinking pair-wise
    pan-sharpening photo-realistic plain-text point-map point-wise policy-making post-operative pre-computation
    pre-computed pre-computing pre-defined pre-determined pre-filling pre-filtering pre-operative pre-process
    pre-processed pre-processing pseudo-code re-align re-alignment re-aligns re-balancing re-composition
    re-computation re-design re-generating re-generation re-implementation re-labeling re-localization
    re-parameterization re-parameterized re-planning re-projection re-purpose re-rank re-ranked re-ranker
    re-rankers re-ranking re-ranks re-routing re-run re-runs re-sampling re-scoring re-think re-trained
    re-training re-tuning re-use re-weight re-weighted re-weighting re-weights read-out roll-out roll-outs
    run-time semi-definite sense-making set-up smart-phone socio-cultural socio-demographic socio-economic
    socio-linguistic socio-technical soft-ware spatio-temporal speed-up speed-ups stand-alone step-wise
    strategy-proof sub-band sub-bands sub-categories sub-domain sub-domains sub-fields sub-goal sub-goals
    sub-graph sub-graphs sub-linear sub-module sub-modules sub-network sub-networks sub-optimal sub-optimality
    sub-packetization sub-problem sub-problems sub-regions sub-sampling sub-skills sub-surface sub-task
    sub-tasks sub-types sub-word super-linear test-bed texture-less three-fold time-scale time-stamp
    time-stamped time-step time-steps tool-chain tri-plane two-fold under-confidence under-determined
    under-examined under-explored under-perform under-performance under-performing under-represent
    under-representation under-represented under-representing under-sampled under-sampling under-served
    under-specification under-specified under-studied under-thinking under-utilization under-utilized
    under-utilizing uni-directional uni-modal up-sampling web-site work-flow
    """.split()
)
"""Usually joined: ``multi-modal`` is read as ``multimodal``."""

TWO_WORDS: Final = {compound.replace("-", ""): compound.index("-") for compound in _TWO_WORDS}
"""For joined compounds that are read as two words, where the second one begins."""
ONE_WORD: Final = {compound.replace("-", ""): compound.index("-") for compound in _ONE_WORD}
"""For compounds that are read as one word, where their hyphen may be."""
