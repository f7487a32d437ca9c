"""Browser: write the small model for the form in ``examples/browser``, and try it in Node.

python examples/browser_form.py [examples/browser/model.json]
"""

import json
import subprocess
import sys
from pathlib import Path

import why_nps
from why_nps.hosts.browser import export_browser

SCRIPT = Path(__file__).with_name("browser") / "why_nps.js"
ANSWERS = ["Het pakket kwam veel te laat", "Aardige mensen, maar te duur", "hallo"]
ASK = """
const why = require(process.argv[1]);
const model = why.loadModel(JSON.parse(require("fs").readFileSync(process.argv[2], "utf8")));
for (const text of JSON.parse(process.argv[3])) console.log(text, "->", why.askFurther(model, text));
"""


def main(path: str) -> None:
    """Export, and ask further about a few answers."""
    model = export_browser(path, why_nps.load_bundle())
    print(f"{model}: {model.stat().st_size / 1e3:,.0f} kB")
    asked = ["node", "-e", ASK, str(SCRIPT), str(model.resolve()), json.dumps(ANSWERS)]
    print(subprocess.run(asked, check=True, capture_output=True, encoding="utf-8").stdout)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "model.json")
