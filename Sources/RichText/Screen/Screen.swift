/// The screen and keyboard as the interface sees them. The terminal implements it; tests script it.
///
/// For the one thread that runs the interface; only ``Waker/wake()`` may be called from any thread.
public protocol Screen: AnyObject {
    var size: Size { get }
    /// The attributes that it can draw.
    var attributes: Attributes { get }
    /// Ends the current or the next ``wait(until:)``, from any thread.
    var waker: any Waker { get }

    /// Sleeps until there is input, until woken, or until `deadline`.
    /// - Parameter deadline: nil for none.
    /// - Returns: the input in order; empty when woken or at the deadline.
    func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent]

    /// Shows the canvas: writes the differences from what is shown, at once.
    func draw(_ canvas: Canvas)
    /// Makes the next draw write everything.
    func invalidate()

    /// Gives the terminal back and stops the program as Ctrl-Z does; returns when it is continued.
    func suspend()
    /// Gives the terminal back while `body` runs (an editor, say).
    func released<Result>(_ body: () throws -> Result) rethrows -> Result

    /// Puts text on the clipboard (OSC 52).
    /// - Returns: false if the terminal has no clipboard.
    func copy(_ text: String) -> Bool
    func setTitle(_ title: String)
    /// Whether the mouse is the program's; else its buttons and its wheel are the terminal's.
    func reportMouse(_ on: Bool)
    func ringBell()
    /// Shows a notification outside the window, if the terminal can.
    /// - Parameter form: nil for the one that this terminal probably knows.
    func notify(_ notification: DesktopNotification, as form: DesktopNotification.Form?)
}

/// Wakes a screen that waits.
public protocol Waker: Sendable {
    func wake()
}
