"""Words that are names: they keep their capital when a bibliography style sets a title in lower case.

Most titles capitalise every word, so a title alone doesn't show which capitals matter. The abstract does: a word that
has a capital in the middle of its sentences, and never is in lower case there, is a name.
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = frozenset(
    # languages, nationalities, regions
    "African American Amharic Arabic Asian Australian Basque Bengali Brazilian British Bulgarian Canadian Catalan "
    "Chinese Czech Danish Dutch English Estonian European Filipino Finnish French German Greek Gujarati Hausa Hebrew "
    "Hindi Hungarian Icelandic Igbo Indian Indic Indonesian Irish Italian Japanese Kannada Kazakh Korean Latin Latvian "
    "Lithuanian Malay Malayalam Mandarin Cantonese Marathi Mexican Mongolian Nepali Nordic Norwegian Pashto Persian "
    "Polish Portuguese Punjabi Quechua Romanian Russian Sanskrit Scandinavian Serbian Sinhala Slavic Slovak Slovenian "
    "Somali Spanish Swahili Swedish Swiss Tamil Telugu Thai Tibetan Turkish Ukrainian Urdu Uyghur Uzbek Vietnamese "
    "Welsh Yoruba Zulu Africa America Asia Australia Brazil Britain Canada China Europe France Germany India Indonesia "
    "Italy Japan Korea Russia Spain Taiwan Vietnam "
    # people after whom methods are named
    "Abelian Banach Bayes Bayesian Bellman Bernoulli Bessel Boltzmann Boolean Brownian Cartesian Cauchy Chebyshev "
    "Dirichlet Einstein Euclidean Euler Eulerian Fisher Fourier Fréchet Gabor Galerkin Galois Gaussian Gaussians Gibbs "
    "Hadamard Hamiltonian Hausdorff Hebbian Hermitian Hessian Hessians Hilbert Hölder Hopfield Ising Jacobi Jacobian "
    "Kalman Kolmogorov Koopman Krylov Kronecker Kullback Lagrange Lagrangian Langevin Laplace Laplacian Lebesgue "
    "Leibler Levenshtein Lévy Lipschitz Lorentz Lorentzian Lyapunov Mahalanobis Markov Markovian Metropolis Minkowski "
    "Monte Carlo Nash Navier Newton Newtonian Nesterov Nyström Pareto Poisson Rademacher Riemann Riemannian "
    "Schrödinger Shannon Shapley Sobolev Stokes Taylor Turing Voronoi Wasserstein Whittle Wiener".split()
)
"""Always names."""
_PRODUCTS: Final = frozenset(
    "Amazon Android Apple Atari Bitcoin Claude Coq Discord Ethereum Excel Facebook Fortran Gemini Gemma Google Haskell "
    "Instagram Isabelle Java Kaggle Kotlin Kubernetes Lean Linux Llama Mamba Microsoft Minecraft Mistral Mixtral "
    "Netflix Pokémon Python Quora Qwen Reddit Rust Sora Telegram Twitter Verilog Whisper Wikipedia Windows".split()
)
"""Names, unless the abstract has the word in lower case: ``Windows``."""
_CAPITALISED: Final = re.compile(r"(?<=[\w,;)] )[^\W\d_][^\W\d_]+(?! [A-Z(])")
_COMPOUND: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_LOWER_CASE: Final = re.compile(r"\b[^\W\d_]+")


def capitalised_names(abstract: str) -> frozenset[str]:
    """The words that have to keep their capital: well-known ones, and those that are names in the abstract."""
    lower = {word for word in _LOWER_CASE.findall(abstract) if word[0].islower()}
    inside = {found[0] for found in _CAPITALISED.finditer(abstract) if found[0].istitle() and not _in_run(found)}
    parts = {part for found in _COMPOUND.findall(abstract) if _is_coined(found) for part in found.split("-")}
    return _NAMES | parts | {word for word in inside | _PRODUCTS if word.lower() not in lower}


def _is_coined(compound: str) -> bool:
    """Whether a compound is a name as a whole: ``LongWriter-Zero``, ``Mobile-Agent-v2``."""
    parts = compound.split("-")
    return parts[0][0].isupper() and any(each.isdigit() or each.isupper() for part in parts for each in part[1:])


def _in_run(found: re.Match[str]) -> bool:
    """Whether the word before has a capital too, as in “Large Language Models (LLMs)”: such words needn't be names."""
    before = found.string[: found.start()].split()
    return bool(before) and before[-1][:1].isupper() and len(before[-1]) > 1
