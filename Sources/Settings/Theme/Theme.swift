import RichText

/// How everything is drawn: a style for each role.
public struct Theme: Hashable, Sendable {
    public enum Variant: String, Sendable {
        case dark, light
    }

    public var name: String
    public var variant: Variant
    public let styles: [StyleRole: Style]
    /// The colours behind its text.
    public let grounds: Grounds

    public init(name: String, variant: Variant, styles: [StyleRole: Style]) {
        self.name = name
        self.variant = variant
        self.styles = styles
        grounds = Grounds(styles)
    }

    /// Whether anything has a colour in it.
    public var hasColors: Bool {
        styles.values.contains {
            ![nil, .terminal].contains($0.foreground) || ![nil, .terminal].contains($0.background)
        }
    }

    /// The style of a role; if the theme does not define it, that of the role it is a kind of, else plain.
    public subscript(role: StyleRole) -> Style {
        styles[role] ?? role.general.flatMap { styles[$0] } ?? .plain
    }
}

extension Grounds {
    /// The backgrounds of a theme's styles.
    fileprivate init(_ styles: [StyleRole: Style]) {
        self.init()
        page = styles[.text]?.background
        let roles = StyleRole.allCases.compactMap { role in styles[role]?.background.map { (role, color: $0) }
        }
        for (role, color) in roles where role.marksSelection && color != page && !marks.contains(color) {
            marks.append(color)
        }
        for (_, color) in roles where color != page && !marks.contains(color) && !panels.contains(color) {
            panels.append(color)
        }
    }
}

extension StyleRole {
    fileprivate var marksSelection: Bool {
        [.listSelected, .messageSelected, .dialogSelected].contains(self)
    }

    /// The role that a theme without this one most likely styles in its place.
    fileprivate var general: StyleRole? {
        switch self {
        case .paneFocused, .listCurrent: .listSelected
        case .inputInactive: .inputHint
        case .statusKey: .statusAccount
        case .selectionMark: .accent
        case .dialogHeading: .dialogTitle
        case .dialogPrompt: .inputPrompt
        case .dialogMuted: .muted
        case .math: .codeInline
        case .codeEdge: .codeLabel
        default: nil
        }
    }
}
