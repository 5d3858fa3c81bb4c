import Settings

/// The themes there are and the one in use.
public struct ThemeChoice: Sendable {
    /// What `auto` means on a dark and on a light terminal.
    private let automatic: (dark: Theme, light: Theme)
    /// What is drawn whatever is chosen, on a terminal without colours: themes that tell things apart by colours alone would be
    /// unusable there. nil on a terminal that has some.
    private let withoutColors: Theme?
    let all: [Theme]
    /// A theme's name, or `auto`.
    private(set) var name: String
    private var isDark = true

    public init(
        all: [Theme], automatic: (dark: Theme, light: Theme), withoutColors: Theme? = nil, name: String
    ) {
        self.withoutColors = withoutColors
        self.all = all
        self.automatic = automatic
        self.name = name
    }

    static let automaticName = "auto"
    var names: [String] { [Self.automaticName] + all.map(\.name) }

    /// What a theme is, in a few words.
    func detail(of name: String) -> String {
        name == Self.automaticName
            ? "the terminal's own colours" : all.first { $0.name == name }?.variant.rawValue ?? ""
    }

    /// - Parameter preview: the name of the theme to look at before it is chosen.
    func current(preview: String? = nil) -> Theme {
        if let withoutColors { return withoutColors }
        let shown = preview ?? name
        return all.first { $0.name == shown } ?? (isDark ? automatic.dark : automatic.light)
    }

    /// Takes other themes; what is known of the terminal stays.
    mutating func replace(with new: ThemeChoice) {
        let isDark = isDark
        self = ThemeChoice(
            all: new.all, automatic: new.automatic, withoutColors: withoutColors, name: new.name)
        self.isDark = isDark
    }

    mutating func choose(_ name: String) { self.name = name }
    mutating func terminalIs(dark: Bool) { isDark = dark }
}
