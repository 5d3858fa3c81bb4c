#!/usr/bin/env python3
"""Writes Sources/RichText/Text/WideScalars.swift: the scalars that take two columns of a terminal.

    pip install unicodedata2==17.0.0
    python3 Tests/UnicodeTables/wide_scalars.py

The package carries the Unicode Character Database of its own version. Without it Python's built-in database serves, which is
usually older; the file names the version it was written from.
"""

from pathlib import Path

try:
    import unicodedata2 as unicode
except ImportError:
    import unicodedata as unicode

TARGET = Path(__file__).parents[2] / "Sources/RichText/Text/WideScalars.swift"


def is_wide(value):
    """East Asian Wide or Fullwidth, and no mark, which takes no column of its own."""
    scalar = chr(value)
    return unicode.east_asian_width(scalar) in "WF" and unicode.category(scalar) not in ("Mn", "Me")


edges = [
    value
    for value in range(0x110000)
    if is_wide(value) != (value > 0 and is_wide(value - 1))
]

rows = []
row = ""
for edge in edges:
    item = f"0x{edge:X},"
    if row and len(row) + len(item) > 100:
        rows.append(row)
        row = ""
    row += (" " if row else "") + item
rows.append(row)

TARGET.write_text(
    f"""/// Scalars that take two columns: East Asian Wide and Fullwidth, without marks. Generated from Unicode {unicode.unidata_version} by
/// Tests/UnicodeTables/wide_scalars.py; do not edit.
enum WideScalars {{
    static let first: UInt32 = 0x{edges[0]:X}

    /// The first scalar of each range and the first one after it, in turn.
    static let edges: [UInt32] = [
"""
    + "".join(f"        {row}\n" for row in rows)
    + """    ]

    static func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= scalar { low = middle + 1 } else { high = middle }
        }
        return low % 2 == 1
    }
}
"""
)
