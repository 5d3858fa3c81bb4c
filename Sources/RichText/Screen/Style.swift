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

/// How a cell is drawn. A missing colour is taken from what is below.
public struct Style: Hashable, Sendable {
    public var foreground: Color?
    public var background: Color?
    public var attributes: Attributes

    public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    public static let plain = Style()

    /// This style drawn on top of `base`: own colours win, attributes add up.
    public func over(_ base: Style) -> Style {
        Style(
            foreground: foreground ?? base.foreground,
            background: background ?? base.background,
            attributes: attributes.union(base.attributes))
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
    case dialogSelected = "dialog.selected"
    case dialogMatch = "dialog.match"
    case dialogKey = "dialog.key"

    case searchMatch = "search.match"
}
