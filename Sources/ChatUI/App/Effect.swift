import RichText
import SessionCore
import Settings

/// What comes of an action or an event. The panes and the model return effects; ``Application`` carries them out in order.
enum Effect: Sendable {
    case submit(Intent)
    /// Puts text on the clipboard and says so.
    /// - Parameter name: names the text in the status bar.
    case copy(String, name: String)
    /// Answered by ``Mail/clipboard(_:)``.
    case readClipboard
    case bell
    /// Shows a notification outside the window.
    case notify(DesktopNotification, Alerts.Notifications)
    case suspend
    case redraw
    /// Opens the person's editor on a text, which then replaces the input.
    case openEditor(String)
    /// Writes the choice of a theme into the configuration.
    case saveTheme(String)
    /// Answered by an ``AccountWizardAnswer``.
    case configureAccount(AccountWizardRequest)
    /// Answered by an ``AgentsAnswer``.
    case listAgents(AccountName)
    /// Lists the files of a folder, reads one, or reads one with its name. Answered by a ``FilesAnswer``.
    case listFiles(folder: String)
    case readFile(path: String)
    case attachFile(path: String)
    /// Writes a text into a new file, or a task. Answered by a ``FilesAnswer``.
    case writeFile(String, path: String)
    case exportTask(ChatTask.ID, path: String)
    /// Opens an address in the person's browser.
    case openLink(String)
    /// Shows a line in the status bar.
    case notice(String, StyleRole = .statusBar, about: Notice.Subject? = nil)
    case quit
}

extension [Effect] {
    /// Loads a page if one is wanted.
    static func loading(_ request: PageRequest?) -> [Effect] {
        request.map { [.submit(.load($0))] } ?? []
    }
}
