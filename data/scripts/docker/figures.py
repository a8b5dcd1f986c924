"""Whether Prometheus can evaluate the dashboard and the rules, and knows every figure that they name.

Runs in a container beside Prometheus, with data/config in /config.
"""

import glob
import json
import re
import sys
import urllib.parse
import urllib.request


def ask(path, **query):
    address = f"http://prometheus:9090/api/v1/{path}?{urllib.parse.urlencode(query)}"
    return json.load(urllib.request.urlopen(address, timeout=20))["data"]


dashboards = [json.load(open(name)) for name in glob.glob("/config/grafana/dashboards/*.json")]
expressions = [target["expr"] for board in dashboards for panel in board["panels"] for target in panel.get("targets", [])]
for expression in expressions:
    ask("query", query=expression)
rules = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
ill = [rule["name"] for rule in rules if rule["health"] == "err"]
named = set(re.findall(r"commentbot_[a-z_]+", " ".join(expressions + [rule["query"] for rule in rules])))
# What has not happened has no value yet; lint-docker.sh compares these with the program's sources.
RARE = {"commentbot_dropped_seconds_total", "commentbot_webhook_tries_total"}
offered = set(ask("label/__name__/values"))
described = set(ask("metadata"))
unknown = sorted(n for n in named - offered - RARE if re.sub("_(bucket|sum|count)$", "", n) not in described)
print(f"    {len(expressions)} expressions, {len(rules)} rules, {len(named)} figures; without a value yet:",
      ", ".join(sorted(named - offered)) or "none")
sys.exit(f"    ✗ not evaluated: {ill}; not offered: {unknown}" if ill or unknown or not rules or not expressions else 0)
