"""Alerts: a rule file says which answers go to whom; the work list is written, and nothing is sent."""

from importlib.resources import files
from pathlib import Path

import why_nps
from why_nps.flow import list_alerts, read_rules, write_alerts


def main() -> None:
    """Write the work list of the demo export."""
    demo = files("why_nps").joinpath("data", "demo", "demo_export.csv")
    coded = why_nps.code(why_nps.read_answers(str(demo)))
    alerts = list_alerts(coded, read_rules(Path(__file__).with_name("rules.toml")))
    print(alerts.groupby(["to", "rule"]).size().to_string())
    print(write_alerts(alerts, "worklist.xlsx"))


if __name__ == "__main__":
    main()
