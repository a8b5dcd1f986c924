"""Medians of rounds as a Markdown table, from lines `task side requests-a-second p99-ms failures`."""

import statistics
import sys

rounds: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
for line in sys.stdin:
    task, side, rate, p99, failures = line.split()
    rounds.setdefault((task, side), []).append((float(rate), float(p99), int(failures)))

print("| task | commentbot, 1/s (p99 ms) | FastAPI, 1/s (p99 ms) | ratio |\n|---|---|---|---|")
for task in dict.fromkeys(task for task, _ in rounds):
    cells, rates = [], []
    for side in ("commentbot", "peer"):
        values = rounds[task, side]
        failed = sum(value[2] for value in values)
        rates.append(statistics.median(value[0] for value in values))
        p99 = statistics.median(value[1] for value in values)
        cells.append(f"{rates[-1]:.0f} ({p99:.1f})" + (f", {failed} failed" if failed else ""))
    print(f"| {task} | {cells[0]} | {cells[1]} | {rates[0] / rates[1]:.1f} |")
