import Foundation
import RichText
import Settings

/// What every pane may read and only the model changes.
struct PaneContext: Sendable {
    var accounts: Accounts
    var keymap: Keymap
    var labels: TimeLabels
    var now: Date
    var size: Size
    /// Whether the terminal's window has the focus, as far as the terminal reports it.
    var hasFocus = true
    /// Whether the terminal has ever reported that its window got or lost the focus.
    var reportsFocus = false
    var alerts = Alerts()
    var appearance = Appearance()
    /// Whether the conversation is shown alone and without edges, so that the terminal's selection holds text alone.
    var isBare = false
    /// The marks of Markdown that are shown because the terminal cannot draw what they stand for.
    var marks: SyntaxMarks = []
    /// The languages in which code is coloured.
    var languages = LanguageCatalog.builtIn
    var templates = TemplateCatalog.empty

    /// Tells a person who does not look that something has ended: by the bell, and outside the window if it may be hidden.
    func alerts(_ what: String) -> [Effect] {
        var effects: [Effect] = alerts.bell ? [.bell] : []
        if alerts.notifications != .off, !hasFocus || !reportsFocus {
            effects.append(.notify(DesktopNotification(title: "Parley", text: what), alerts.notifications))
        }
        return effects
    }
}
