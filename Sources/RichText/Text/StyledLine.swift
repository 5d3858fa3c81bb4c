/// A run of text in one style. The text is safe to draw (see ``Glyphs``) and holds no line end.
public struct Span: Hashable, Sendable {
    public var text: String
    public var role: StyleRole
    public var attributes: Attributes
    /// The index of the link this text belongs to, in its layout's list of links.
    public var link: Int?
    /// Over those of the role; nil for text that has none of its own.
    public var colors: SpanColors?

    public init(_ text: String, _ role: StyleRole = .text, attributes: Attributes = [], link: Int? = nil) {
        self.text = text
        self.role = role
        self.attributes = attributes
        self.link = link
    }
}

/// One row of laid-out text, never wider than it was laid out for.
public struct StyledLine: Hashable, Sendable {
    public var spans: [Span]
    /// The role that fills the rest of the row, for a block with a background of its own (code).
    public var fill: StyleRole?

    public init(_ spans: [Span] = [], fill: StyleRole? = nil) {
        self.spans = spans
        self.fill = fill
    }

    public var text: String { spans.map(\.text).joined() }
}

/// The colours that a program has given its text.
public struct SpanColors: Hashable, Sendable {
    public var foreground: Color?
    public var background: Color?

    /// Nil for a style without colours.
    init?(_ style: Style) {
        guard style.foreground != nil || style.background != nil else { return nil }
        foreground = style.foreground
        background = style.background
    }
}
