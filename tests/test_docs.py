"""The guides as a site."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_guides_make_a_site_without_a_broken_link(tmp_path: Path) -> None:
    """Every page is in the site; a link to a missing page, heading or picture would stop it."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    build = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
    built = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    pages = {path.stem for path in (tmp_path / "build" / "site").glob("*.html")}
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= pages
    assert {path.name for path in (ROOT / "docs").glob("*.md")} == set(named_pages())


def named_pages() -> list[str]:
    """The pages that the site's menu names."""
    lines = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").splitlines()
    return [line.rsplit(": ", 1)[1] for line in lines if line.strip().startswith("- ") and line.endswith(".md")]
