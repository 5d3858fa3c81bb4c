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

    /// The style of a role; plain if the theme does not define it.
    public subscript(role: StyleRole) -> Style { styles[role] ?? .plain }
}
