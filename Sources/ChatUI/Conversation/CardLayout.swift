import RichText
import SessionCore

/// Lays out products and other things with properties as cards, as many side by side as fit.
struct CardLayout: Sendable {
    let width: Int
    var isFramed = true

    /// The width below which a line of a card holds too little.
    private static let narrowest = 24
    private static let widest = 40
    private static let smallestFrame = 12
    private static let gap = 1

    func lines(of cards: [Card]) -> [StyledLine] {
        guard !cards.isEmpty else { return [] }
        let perRow = max(1, min(cards.count, (width + Self.gap) / (Self.narrowest + Self.gap)))
        let columns = min(Self.widest, (width + Self.gap) / perRow - Self.gap)
        // Too narrow for a frame: plain lines hold more.
        guard isFramed, columns >= Self.smallestFrame else { return cards.flatMap(plain) }
        return stride(from: 0, to: cards.count, by: perRow).flatMap { start in
            row(of: cards[start..<min(start + perRow, cards.count)], columns: columns)
        }
    }

    private func row(of cards: ArraySlice<Card>, columns: Int) -> [StyledLine] {
        let bodies = cards.map { body(of: $0, width: columns - 4) }
        let height = bodies.map(\.count).max() ?? 0
        let edge = String(repeating: "─", count: columns - 2)
        func joined(_ parts: [[Span]]) -> StyledLine {
            StyledLine(Array(parts.joined(separator: [Span(String(repeating: " ", count: Self.gap), .text)])))
        }
        let top = joined(bodies.map { _ in [Span("┌" + edge + "┐", .border)] })
        let bottom = joined(bodies.map { _ in [Span("└" + edge + "┘", .border)] })
        let middle = (0..<height).map { line in
            joined(
                bodies.map { body in
                    let text = line < body.count ? body[line] : StyledLine()
                    let space = String(repeating: " ", count: max(0, columns - 4 - text.columns))
                    return [Span("│ ", .border)] + text.spans + [Span(space + " │", .border)]
                })
        }
        return [top] + middle + [bottom]
    }

    private func body(of card: Card, width: Int) -> [StyledLine] {
        let title = (card.isRecommended ? "★ " : "") + card.title
        return StyledLine.wrap(title, width: width, role: .strong, attributes: .bold)
            + card.properties.flatMap { property in
                StyledLine.wrap(
                    [Span(property.title + ": ", .muted), Span(property.value, .text)], width: width,
                    rest: width < Self.smallestFrame ? [] : [Span("  ", .text)])
            }
    }

    private func plain(_ card: Card) -> [StyledLine] { body(of: card, width: max(1, width)) + [StyledLine()] }
}
