"""The browser of the tests hears what it is there to hear: without this, a page test that finds nothing would prove nothing."""

from __future__ import annotations

from pathlib import Path

from browser import browsing

PAGE = """<!doctype html><title>a page</title><link rel="icon" href="data:,"><p id="said"></p>
<img src="https://elsewhere.example/picture.png"><script>
document.querySelector("#said").textContent = "works";
console.error("a complaint"); console.log("a remark"); nothing.there();
</script>"""


def test_errors_and_requests_to_elsewhere_are_written_down(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    with browsing() as visit:
        visit.page.goto(file.as_uri())
        assert visit.page.inner_text("#said") == "works"
        visit.page.wait_for_load_state("networkidle")
    assert visit.strangers() == ["https://elsewhere.example/picture.png"]
    said = sorted(error.split("\n")[0] for error in visit.errors)
    assert [text for text in said if "nothing is not defined" in text]
    assert [text for text in said if "a complaint" in text]
    assert [text for text in said if "ERR_NAME_NOT_RESOLVED" in text]
    assert not [text for text in said if "a remark" in text]
