import RichText
import Synchronization

/// A console that plays a script: each wait is one step of it.
final class ScriptedConsole: LineConsole {
    final class Bell: Waker {
        let count = Mutex(0)
        func wake() { count.withLock { $0 += 1 } }
    }

    let bell = Bell()
    var waker: any Waker { bell }
    let isInteractive: Bool
    var echoes = true { didSet { if !echoes { hidden += 1 } } }
    /// How often the echo was switched off.
    var hidden = 0
    /// What each wait does and returns; after the last one the terminal is gone.
    var script: [() -> [LineEvent]] = []
    /// Whether each wait would have read lines.
    var reads: [Bool] = []
    var written = ""
    var unfinishedLine = ""
    var suspensions = 0

    init(isInteractive: Bool = true) { self.isInteractive = isInteractive }

    func wait(readsLines: Bool) -> [LineEvent] {
        reads.append(readsLines)
        return script.isEmpty ? [.ended(signal: 15)] : script.removeFirst()()
    }
    func write(_ text: String) { written += text }
    func takeUnfinishedLine() -> String { unfinishedLine }
    func suspend() { suspensions += 1 }
    func released<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }
}
