/// The screen and keyboard as the interface sees them. The terminal implements it; tests script it.
///
/// All calls come from the one thread that runs the interface; only ``Waker/wake()`` may be called from anywhere.
public protocol Screen: AnyObject {
    var size: Size { get }
    /// Ends a ``wait(until:)`` that is under way, or the next one, from any thread.
    var waker: any Waker { get }

    /// Sleeps until there is input, until woken, or until `deadline` (nil: for as long as it takes).
    /// - Returns: the input that arrived, in order; empty when woken or at the deadline.
    func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent]

    /// Shows the canvas: writes what differs from what is shown, in one go.
    func draw(_ canvas: Canvas)
    /// Forgets what is shown, so that the next draw writes everything.
    func invalidate()

    /// Stops the program as Ctrl-Z does, with the terminal given back; returns when it is continued.
    func suspend()
    /// Gives the terminal back while `body` runs (an editor, say), and takes it again.
    func released<Result>(_ body: () throws -> Result) rethrows -> Result

    /// Puts text on the clipboard by OSC 52.
    func copy(_ text: String)
    func setTitle(_ title: String)
    func ringBell()
}

/// Wakes a screen that waits.
public protocol Waker: Sendable {
    func wake()
}
