/// A colour as a theme names it. It is mapped to the terminal's colours when it is painted.
public enum Color: Hashable, Sendable {
    /// The terminal's own default foreground or background.
    case terminal
    /// An index into the terminal's palette: 0–15 the named colours, 16–255 the xterm cube and greys.
    case indexed(UInt8)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// Ways of drawing a glyph besides its colours.
public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1 << 0)
    public static let dim = Attributes(rawValue: 1 << 1)
    public static let italic = Attributes(rawValue: 1 << 2)
    public static let underline = Attributes(rawValue: 1 << 3)
    public static let reverse = Attributes(rawValue: 1 << 4)
    /// Drawn where the terminal supports it (ncurses has no name for it).
    public static let strikethrough = Attributes(rawValue: 1 << 5)

    public static let all: Attributes = [.bold, .dim, .italic, .underline, .reverse, .strikethrough]
}

/// How a cell is drawn. A missing colour is taken from what is below. Eight bytes of plain data, since every cell has one.
public struct Style: Hashable, Sendable {
    private var foregroundBits: UInt32
    /// The attributes lie above the colour.
    private var backgroundBits: UInt32

    public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
        foregroundBits = Color.bits(of: foreground)
        backgroundBits = Color.bits(of: background) | UInt32(attributes.rawValue) << Color.bitCount
    }

    public static let plain = Style()

    public var foreground: Color? {
        get { Color(bits: foregroundBits) }
        set { foregroundBits = Color.bits(of: newValue) }
    }

    public var background: Color? {
        get { Color(bits: backgroundBits & Color.mask) }
        set { backgroundBits = Color.bits(of: newValue) | backgroundBits & ~Color.mask }
    }

    public var attributes: Attributes {
        get { Attributes(rawValue: UInt8(truncatingIfNeeded: backgroundBits >> Color.bitCount)) }
        set { backgroundBits = backgroundBits & Color.mask | UInt32(newValue.rawValue) << Color.bitCount }
    }

    /// This style drawn on top of `base`: own colours win, attributes add up.
    public func over(_ base: Style) -> Style {
        var style = self
        if foregroundBits == 0 { style.foregroundBits = base.foregroundBits }
        if backgroundBits & Color.mask == 0 { style.backgroundBits |= base.backgroundBits & Color.mask }
        style.backgroundBits |= base.backgroundBits & ~Color.mask
        return style
    }
}

extension Color {
    /// The bits that a colour takes in a ``Style``: 0 for none, 1 for the terminal's, then the palette; a bit above 24 for red, green
    /// and blue.
    fileprivate static let bitCount: UInt32 = 26
    fileprivate static let mask: UInt32 = 1 << bitCount - 1

    fileprivate static func bits(of color: Color?) -> UInt32 {
        switch color {
        case nil: 0
        case .terminal: 1
        case .indexed(let index): 2 + UInt32(index)
        case .rgb(let red, let green, let blue):
            1 << 24 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        }
    }

    fileprivate init?(bits: UInt32) {
        switch bits {
        case 0: return nil
        case 1: self = .terminal
        case ..<(1 << 24): self = .indexed(UInt8(truncatingIfNeeded: bits - 2))
        default:
            self = .rgb(
                red: UInt8(truncatingIfNeeded: bits >> 16), green: UInt8(truncatingIfNeeded: bits >> 8),
                blue: UInt8(truncatingIfNeeded: bits))
        }
    }
}

/// What a piece of text is, independent of how a theme draws it. The raw value is the role's name in a theme file.
public enum StyleRole: String, CaseIterable, Hashable, Sendable {
    case text = "text"
    case muted = "muted"
    case border = "border"
    case error = "error"
    case warning = "warning"
    case success = "success"
    case accent = "accent"

    /// The title of the pane that has the keys.
    case paneFocused = "pane.focused"

    /// The mark in front of what is selected.
    case selectionMark = "selection.mark"

    case listText = "list.text"
    /// The open task while the list has the keys, and while another pane has them.
    case listSelected = "list.selected"
    case listCurrent = "list.current"
    case listUnread = "list.unread"
    case listAge = "list.age"
    case listRunning = "list.running"
    case listHeader = "list.header"

    case messageUser = "message.user"
    case messageAgent = "message.agent"
    case messageNotice = "message.notice"
    case messageTime = "message.time"
    case messageSelected = "message.selected"

    case heading = "markdown.heading"
    case strong = "markdown.strong"
    case emphasis = "markdown.emphasis"
    case strikethrough = "markdown.strikethrough"
    case quote = "markdown.quote"
    case link = "markdown.link"
    case marker = "markdown.marker"
    case rule = "markdown.rule"
    case tableBorder = "markdown.table"
    case tableHeader = "markdown.table-header"
    case math = "markdown.math"

    case codeInline = "code.inline"
    case codeBlock = "code.block"
    case codeLabel = "code.label"
    /// The line along the left edge of a code block.
    case codeEdge = "code.edge"
    case codeKeyword = "code.keyword"
    case codeString = "code.string"
    case codeComment = "code.comment"
    case codeNumber = "code.number"
    case codeType = "code.type"
    case codeFunction = "code.function"
    case codeAdded = "code.added"
    case codeRemoved = "code.removed"

    case inputText = "input.text"
    case inputPrompt = "input.prompt"
    /// The prompt and the draft while another pane has the keys.
    case inputInactive = "input.inactive"
    case inputHint = "input.hint"

    case statusBar = "status.bar"
    case statusAccount = "status.account"
    case statusMode = "status.mode"
    case statusKey = "status.key"
    case statusRunning = "status.running"
    case statusError = "status.error"

    case dialogText = "dialog.text"
    case dialogBorder = "dialog.border"
    case dialogTitle = "dialog.title"
    /// Above the items of a part of a list.
    case dialogHeading = "dialog.heading"
    /// In front of a line to type in.
    case dialogPrompt = "dialog.prompt"
    case dialogMuted = "dialog.muted"
    case dialogSelected = "dialog.selected"
    case dialogMatch = "dialog.match"
    case dialogKey = "dialog.key"

    case searchMatch = "search.match"
}
