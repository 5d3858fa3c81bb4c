import RichText
import Settings

/// What has changed in the settings while the interface runs; nil where nothing has.
public struct SettingsUpdate: Sendable {
    /// A line for the status bar.
    public struct Message: Hashable, Sendable {
        public var text: String
        /// Whether something cannot be used.
        public var isProblem: Bool

        public init(text: String, isProblem: Bool) {
            self.text = text
            self.isProblem = isProblem
        }
    }

    public var keymap: Keymap?
    public var themes: ThemeChoice?
    /// All accounts.
    public var accounts: [AccountEntry]?
    public var alerts: Alerts?
    public var appearance: Appearance?
    public var languages: LanguageCatalog?
    public var templates: TemplateCatalog?
    public var message: Message?

    public init(
        keymap: Keymap? = nil, themes: ThemeChoice? = nil, accounts: [AccountEntry]? = nil,
        message: Message? = nil
    ) {
        self.keymap = keymap
        self.themes = themes
        self.accounts = accounts
        self.message = message
    }

    public var isEmpty: Bool {
        keymap == nil && themes == nil && accounts == nil && alerts == nil && appearance == nil
            && languages == nil && templates == nil && message == nil
    }
}
