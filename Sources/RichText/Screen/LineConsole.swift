/// Lines in and text out, as the plain interface sees a terminal or a pipe. Nothing that was written is changed again.
///
/// For the one thread that runs the interface; only ``Waker/wake()`` may be called from any thread.
public protocol LineConsole: AnyObject {
    /// Whether a person types the lines and sees what they type.
    var isInteractive: Bool { get }
    /// Whether what is typed is shown; not while a secret is asked for.
    var echoes: Bool { get set }
    /// Ends the current or the next ``wait(readsLines:)``, from any thread.
    var waker: any Waker { get }

    /// Sleeps until there is input, or until woken.
    /// - Parameter readsLines: false leaves lines where they are.
    /// - Returns: the input in order, at most one line of it; empty when woken.
    func wait(readsLines: Bool) -> [LineEvent]

    /// Writes text, at once. It has to be safe already.
    func write(_ text: String)

    /// What has been typed of a line that has not ended, which is then no longer the terminal's.
    func takeUnfinishedLine() -> String

    /// Stops the program as Ctrl-Z does; returns when it is continued.
    func suspend()
    /// Leaves the terminal to another program while `body` runs (an editor, say).
    func released<Result>(_ body: () throws -> Result) rethrows -> Result
}

/// Input of a ``LineConsole``.
public enum LineEvent: Hashable, Sendable {
    /// Without its end.
    case line(String)
    /// Lines that came at once, as from a paste; they are separated by `\n`.
    case paste(String)
    /// Ctrl-C.
    case interrupt
    /// No more lines: the end of the file, or Ctrl-D. A person can still go on.
    case endOfInput
    /// The program was suspended and continued.
    case resumed
    /// The program was asked to end by the signal with this number, or nobody reads its output (0).
    case ended(signal: Int32)
}
