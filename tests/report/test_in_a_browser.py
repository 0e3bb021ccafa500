"""The page as a browser shows it: nothing sticks out, nothing is too faint, on any paper."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.moments import NINE
from tests.projections.busy_desk import busy_desk
from tests.projections.customers import delivered

PROBE = Path(__file__).with_name("probe.js")
#: What the page stands in: no window is as narrow as a telephone, but a frame is.
FRAME = """<iframe src="page.html" width={wide} height=2000 style="border:0"></iframe>
<pre id=found></pre>
<script>addEventListener("message", (told) => found.textContent = told.data)</script>"""
SCHEMES = {"dark": 0, "light": 1}
SCREEN, PHONE, A4 = 1280, 360, 688  #: Pixels; of A4, what is left between the margins.
LONG = "Hydraulic-press-with-a-name-that-has-no-place-to-break-" * 2

chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="there is no browser here: apt-get install chromium"
)


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request, tmp_path_factory) -> Path:
    """A page with every card on it, and with names as long as names get."""
    with busy_desk(seed=3, tickets=80) as desk:
        for n in range(12):
            delivered(desk, f"K-{n}", NINE)
        delivered(desk, LONG, NINE)
        desk.relationships.lose("K-1", reason="moved", at=NINE + timedelta(days=20))
        desk.relationships.mark_at_risk(LONG, reason=LONG, at=NINE + timedelta(days=20))
        desk.tickets.open(
            "T-long", customer_id=LONG, channel="app", product=LONG, model="?", fault="?",
            contact="?", at=NINE, priority="B",
        )  # fmt: skip
        desk.tickets.assign("T-long", to=LONG, team=LONG, at=NINE)
        desk.tickets.resolve("T-long", by=LONG, solution="?", at=NINE + timedelta(hours=1))
        told = desk.reports.html(as_of=NINE + timedelta(days=300), language=request.param)
    path: Path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(f"{told}<script>{PROBE.read_text('utf-8')}</script>", encoding="utf-8")
    return path


def looked_at(page: Path, home: Path, *, wide: int, scheme: str = "light") -> dict[str, Any]:
    """Return what the probe found on the page, shown so wide."""
    frame = page.with_name("frame.html")
    frame.write_text(FRAME.format(wide=wide), "utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,2200",
        "--virtual-time-budget=5000", f"--user-data-dir={home}", "--dump-dom",
        f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", frame.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = re.search(r'<pre id="found">(.*?)</pre>', done.stdout.decode("utf-8"))
    found: dict[str, Any] = json.loads(html.unescape(told[1]))
    assert (found["wide"], found["texts"] > 100) == (wide, True)
    return found


@chromium
class TestThePage:
    """Everything stands within it, and stands out from its ground by 4.5 to 1 (WCAG AA)."""

    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("wide", [SCREEN, PHONE])
    def test_can_be_read(self, page, tmp_path, wide, scheme):
        found = looked_at(page, tmp_path, wide=wide, scheme=scheme)
        assert (found["sticks_out"], found["faint"]) == ([], [])

    def test_can_be_read_on_paper(self, page, tmp_path):
        paper = tmp_path / "page.html"
        told = page.read_text("utf-8").replace("@media print", "@media all")
        paper.write_text(told, "utf-8")
        found = looked_at(paper, tmp_path, wide=A4)
        assert (found["sticks_out"], found["faint"]) == ([], [])

    def test_would_not_pass_if_it_were_too_wide_or_too_faint(self, page, tmp_path):
        bad = "<style>.q{color:#999}h2{width:2000px}</style>"
        worse = tmp_path / "page.html"
        worse.write_text(page.read_text("utf-8").replace("</head>", f"{bad}</head>"), "utf-8")
        found = looked_at(worse, tmp_path, wide=SCREEN)
        assert (bool(found["sticks_out"]), bool(found["faint"])) == (True, True)
