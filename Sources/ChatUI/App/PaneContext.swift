import Foundation
import RichText

/// What every pane may read and only the model changes.
struct PaneContext: Sendable {
    var accounts: Accounts
    var keymap: Keymap
    var labels: TimeLabels
    var now: Date
    var size: Size
    /// Whether the terminal's window has the focus, as far as the terminal reports it.
    var hasFocus = true
}
