import RichText

/// How the interface looks, and when it asks, beside its theme.
public struct Appearance: Hashable, Sendable {
    public enum Times: String, CaseIterable, Sendable {
        /// When it was.
        case absolute
        /// How long ago it was.
        case relative
    }

    public enum Clock: Int, CaseIterable, Sendable {
        case twelve = 12
        case twentyFour = 24
    }

    /// A part of the status bar.
    public enum StatusPart: String, CaseIterable, Sendable {
        case account, agent
        /// Whether messages go out streamed or in the background.
        case mode
        /// How many other tasks want something.
        case attention
        /// How many turns run.
        case running
        case help
    }

    /// The colours to use; nil for those that the terminal says it has.
    public var colors: ColorDepth?
    public static let listWidths = 16...200
    /// The columns of the task list; nil for a share of the window's.
    public var listWidth: Int?
    /// Whether the list names account and agent in a second row below each task.
    public var listAgents = false
    /// The columns of a row of running text at most; nil for all there are.
    public var textWidth: Int? = 100
    /// The lines above which a block of code or a message of the person is folded; nil if none ever is.
    public var foldLines: Int? = 60
    /// How the list shows when something was.
    public var times = Times.absolute
    public var clock = Clock.twentyFour
    /// What the status bar shows, in this order.
    public var statusLine = StatusPart.allCases
    /// Whether keys are named where they can be used.
    public var hints = true
    /// Whether the mouse is the interface's, and not the terminal's.
    public var mouse = false
    /// Whether quitting asks first while a reply arrives that would break off.
    public var confirmQuit = true

    public init() {}
}

extension SettingsFile {
    /// The keys of ``Appearance``.
    static let appearanceKeys = [
        "colors", "list-width", "list-agents", "text-width", "fold-lines", "times", "clock",
        "status-line", "hints", "mouse",
        "confirm-quit",
    ]

    /// Reads them; what is wrong is reported, and the default counts.
    mutating func appearance() -> Appearance {
        var appearance = Appearance()
        appearance.colors = colors()
        appearance.listWidth = number(
            at: "list-width", within: Appearance.listWidths, otherwise: "auto", default: appearance.listWidth)
        appearance.textWidth = number(
            at: "text-width", within: 20...1000, otherwise: "full", default: appearance.textWidth)
        appearance.foldLines = number(
            at: "fold-lines", within: 10...1_000_000, otherwise: "off", default: appearance.foldLines)
        if let agents = boolean(at: ["list-agents"], example: "list-agents = true") {
            appearance.listAgents = agents
        }
        if let times = times() { appearance.times = times }
        if let clock = clock() { appearance.clock = clock }
        if let parts = statusLine() { appearance.statusLine = parts }
        if let hints = boolean(at: ["hints"], example: "hints = false") { appearance.hints = hints }
        if let mouse = boolean(at: ["mouse"], example: "mouse = true") { appearance.mouse = mouse }
        if let confirms = boolean(at: ["confirm-quit"], example: "confirm-quit = false") {
            appearance.confirmQuit = confirms
        }
        return appearance
    }

    /// A number of columns or lines, or the word for what is not a number.
    private mutating func number(
        at key: String, within range: ClosedRange<Int>, otherwise word: String, default standard: Int?
    ) -> Int? {
        switch node(at: [key]) {
        case nil: return standard
        case .string(word): return nil
        case .integer(let number) where range.contains(number): return number
        default:
            report(
                "\"\(key)\" has to be a whole number from \(range.lowerBound) to \(range.upperBound), or \"\(word)\".",
                at: [key], advice: "Write it as in \(key) = \(standard ?? 34)")
            return standard
        }
    }

    private mutating func colors() -> ColorDepth? {
        let word: String
        switch node(at: ["colors"]) {
        case nil, .string("auto"): return nil
        case .string(let text): word = text
        case .integer(let count): word = String(count)
        default: word = ""
        }
        if let depth = ColorDepth(rawValue: word) { return depth }
        report(
            #""colors" has to be "auto", "none", 8, 16, 256 or "truecolor"."#, at: ["colors"],
            advice: "Write it as in colors = 256")
        return nil
    }

    private mutating func times() -> Appearance.Times? {
        let known = Appearance.Times.allCases.map(\.rawValue)
        guard let name = string(at: ["times"], example: #"times = "relative""#) else { return nil }
        if let times = Appearance.Times(rawValue: name) { return times }
        report(
            "There is no way \(Self.quoted(name)) to show times.", at: ["times"],
            advice: NearestName(known: known).advice(for: name))
        return nil
    }

    private mutating func statusLine() -> [Appearance.StatusPart]? {
        let known = Appearance.StatusPart.allCases.map(\.rawValue)
        guard
            let names = strings(
                at: ["status-line"], example: #"status-line = ["account", "agent", "running"]"#)
        else { return nil }
        let parts = names.compactMap(Appearance.StatusPart.init)
        guard let unknown = names.first(where: { Appearance.StatusPart(rawValue: $0) == nil }) else {
            return parts
        }
        report(
            "The status bar has no part \(Self.quoted(unknown)).", at: ["status-line"],
            advice: NearestName(known: known).advice(for: unknown))
        return nil
    }

    private mutating func clock() -> Appearance.Clock? {
        guard let node = node(at: ["clock"]) else { return nil }
        if case .integer(let hours) = node, let clock = Appearance.Clock(rawValue: hours) { return clock }
        report("\"clock\" has to be 12 or 24.", at: ["clock"], advice: "Write it as in clock = 24")
        return nil
    }
}
