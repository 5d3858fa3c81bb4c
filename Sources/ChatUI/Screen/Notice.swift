import RichText

/// A line in the status bar.
struct Notice: Hashable, Sendable {
    var text: String
    var role: StyleRole
}
