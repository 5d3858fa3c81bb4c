import RichText

/// How everything is drawn: a style for each role.
public struct Theme: Hashable, Sendable {
    public enum Variant: String, Sendable {
        case dark, light
    }

    public var name: String
    public var variant: Variant
    public var styles: [StyleRole: Style]

    public init(name: String, variant: Variant, styles: [StyleRole: Style]) {
        self.name = name
        self.variant = variant
        self.styles = styles
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

extension StyleRole {
    /// The role that a theme without this one most likely styles in its place.
    fileprivate var general: StyleRole? {
        switch self {
        case .paneFocused, .listCurrent: .listSelected
        case .inputInactive: .inputHint
        case .statusKey: .statusAccount
        case .math: .codeInline
        case .codeEdge: .codeLabel
        default: nil
        }
    }
}
