import Dispatch
import Foundation
import RichText
import Synchronization
import Terminal
import TestSupport

/// What reaches the terminal of a reply that streams in.
enum PaintingBenchmarks {
    static let all = [Benchmark("painting/chunk", chunk)]

    @MainActor
    private static func chunk() throws -> [Figure] {
        let sizes = [Size(columns: 80, rows: 24), Size(columns: 200, rows: 60)]
        let frames = try sizes.map { (label: "\($0.columns)x\($0.rows)", frame: try frame($0)) }
        return [
            Figure("bytes of a chunk's frame", .bytes, frames.map { ($0.label, $0.frame.bytes) }),
            Figure("a chunk, curses included", .processor, frames.map { ($0.label, $0.frame.cost) }),
        ]
    }

    /// The mean over many frames: some chunks end a row, and then all rows move up.
    @MainActor
    private static func frame(_ size: Size) throws -> (bytes: Double, cost: Double) {
        let short = try paint(20, size)
        let long = try paint(320, size)
        return (Double(long.bytes - short.bytes) / 300, (long.cost - short.cost) / 300)
    }

    @MainActor
    private static func paint(_ chunks: Int, _ size: Size) throws -> (bytes: Int, cost: Double) {
        let counted = try CountedTerminal(size)
        let terminal = try counted.open()
        let played = PlayedConversation(reply: Samples.prose(4000), size: size, device: terminal)
        let cost = played.costs(of: played.chunks(chunks)).reduce(0, +)
        terminal.close()
        return (counted.finish(), cost)
    }
}

/// A pseudo-terminal whose other end reads everything at once and counts it.
private final class CountedTerminal {
    private let pair: PseudoTerminal
    private let device: Int32
    private let queue = DispatchQueue(label: "reader")
    private let reader: any DispatchSourceRead
    private let count: ByteCount

    private final class ByteCount: Sendable {
        let bytes = Atomic<Int>(0)

        func take(from descriptor: Int32) {
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let read = read(descriptor, &buffer, buffer.count)
                guard read > 0 else { return }
                bytes.add(read, ordering: .relaxed)
            }
        }
    }

    struct CannotOpen: Error {}

    init(_ size: Size) throws {
        pair = try PseudoTerminal(columns: size.columns, rows: size.rows)
        device = Foundation.open(pair.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard device >= 0 else { throw CannotOpen() }
        let (master, count) = (pair.master, ByteCount())
        self.count = count
        reader = DispatchSource.makeReadSource(fileDescriptor: master, queue: queue)
        reader.setEventHandler { count.take(from: master) }
        reader.activate()
    }

    func open() throws -> Terminal {
        try Terminal(input: device, output: device, environment: ["TERM": "xterm-256color"])
    }

    /// - Returns: how many bytes were written in all.
    func finish() -> Int {
        reader.cancel()
        queue.sync {}
        tcdrain(device)
        count.take(from: pair.master)
        close(device)
        return count.bytes.load(ordering: .relaxed)
    }
}
