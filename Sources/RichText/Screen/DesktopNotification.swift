/// Something to tell a person who does not look at the terminal.
public struct DesktopNotification: Hashable, Sendable {
    public var title: String
    public var text: String

    public init(title: String, text: String) {
        self.title = title
        self.text = text
    }

    /// The control sequences by which terminals take one.
    public enum Form: String, CaseIterable, Sendable {
        /// iTerm2, and many others.
        case osc9
        /// rxvt-unicode, VTE, Konsole.
        case osc777
        /// kitty.
        case osc99
    }
}
