/// What Markdown is laid out for.
public struct MarkdownForm: Hashable, Sendable {
    /// The columns of a row, at least 1.
    public let width: Int
    /// The columns of a row of running text at most; code and tables use all.
    public let prose: Int
    /// The marks of the source that are shown.
    public let marks: SyntaxMarks
    /// The languages in which code is coloured.
    public let languages: LanguageCatalog
    /// Whether code and quotes have no edge, so that what is selected on the screen is text alone.
    public let isBare: Bool

    public init(
        width: Int, prose: Int = .max, marks: SyntaxMarks = [], languages: LanguageCatalog = .empty,
        isBare: Bool = false
    ) {
        self.width = max(1, width)
        self.prose = max(1, prose)
        self.marks = marks
        self.languages = languages
        self.isBare = isBare
    }
}

/// Marks of Markdown's source. They are shown where the terminal cannot draw what they stand for.
public struct SyntaxMarks: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let heading = SyntaxMarks(rawValue: 1 << 0)
    public static let strong = SyntaxMarks(rawValue: 1 << 1)
    public static let emphasis = SyntaxMarks(rawValue: 1 << 2)
    public static let strikethrough = SyntaxMarks(rawValue: 1 << 3)

    /// - Parameter attributes: those that the terminal can draw.
    public init(attributes: Attributes) {
        self = []
        if !attributes.contains(.bold) { formUnion([.heading, .strong]) }
        if !attributes.contains(.italic) { insert(.emphasis) }
        if !attributes.contains(.strikethrough) { insert(.strikethrough) }
    }
}
