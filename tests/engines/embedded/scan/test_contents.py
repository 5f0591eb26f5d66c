from dsocr_integrations.engines.embedded.scan.contents import find_contents
from tests.engines.embedded.scan.made_lines import HIGH, line

END = 900.0


def entries(rows, dots="", name=True):
    lines = [line("Contents", 100, 40)] if name else []
    for n, (title, number) in enumerate(rows):
        y = 100 + 34 * n
        lines.append(line(title + dots, 100, y))
        if number:
            lines.append(line(number, END - 10 * len(number), y))
    return lines


def test_entries_are_led_to_their_pages_in_order():
    rows = [("Preface", "v"), ("1. The Northern Rope", "1"), ("1.1 Tide tables", "12")]
    rows += [
        ("1.2 A long account of the lamp, the ladder, the meadow and of", ""),
        ("the harbour in winter", "19"),
    ]
    rows += [("2. Repairs", "23"), ("Index", "44")]
    found, rest = find_contents(entries(rows), HIGH)
    assert [one.entries for one in found] == [
        (
            "Preface … v",
            "1. The Northern Rope … 1",
            "1.1 Tide tables … 12",
            "1.2 A long account of the lamp, the ladder, the meadow and of the harbour in winter … 19",
            "2. Repairs … 23",
            "Index … 44",
        )
    ]
    assert [one.text for one in rest] == ["Contents"]


def test_dots_are_no_part_of_an_entry_however_they_were_read():
    lines = [
        line("Ropes . . . . .. . . . 3", 100, 100, 800),
        line("Lamps..............", 100, 134, 700),
        line("17", 880, 134),
        line("Ladders", 100, 168),
        line("......", 400, 168),
        line("29", 880, 168),
        line("Pilots ..", 100, 202),
        line("31", 880, 202),
    ]
    found, rest = find_contents(lines, HIGH)
    assert [one.entries for one in found] == [
        ("Ropes … 3", "Lamps … 17", "Ladders … 29", "Pilots … 31")
    ]
    assert rest == []


def test_prices_and_amounts_are_no_contents():
    prices = [("Coffee", "12"), ("Tea", "8"), ("Bread", "31"), ("Cheese", "19"), ("Ham", "7")]
    lines = entries(prices, name=False)
    found, rest = find_contents(lines, HIGH)
    assert not found
    assert rest == lines
    amounts = [(f"Item {n}", f"{n},200.00") for n in range(1, 8)]
    assert not find_contents(entries(amounts, dots="......", name=False), HIGH)[0]
