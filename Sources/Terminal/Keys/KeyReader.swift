import CTerminalGuard
import Foundation
import RichText

/// Reads the keyboard as the interface does, without taking the screen: what keys send, byte for byte, and what that means.
///
/// The terminal is restored by ``close()``, and however the program ends. For one thread, which signals have to reach.
public final class KeyReader {
    /// What was read, and what it means.
    public struct Input: Hashable, Sendable {
        public var bytes: [UInt8]
        /// Empty for a sequence that is unknown or of no interest.
        public var event: InputEvent?
    }

    private let device: TerminalDevice
    private let wakePipe: WakePipe
    private let modes: [UInt8]
    private var decoder: KeyDecoder
    /// The bytes of a key that is not complete.
    private var bytes: [UInt8] = []
    private var pending: [Input] = []
    private var isOpen = true

    /// Takes the keyboard over.
    /// - Throws: ``TerminalError``; the terminal is then as it was.
    public init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(TerminalError) {
        device = try TerminalDevice(input: input, output: output)
        let type = try TerminalType(descriptor: device.output, environment: environment)
        wakePipe = try WakePipe()
        modes = type.keyModes
        decoder = KeyDecoder(keys: type.keys, controlHIsBackspace: type.backspaceIsControlH)
        let leave = type.leaveKeys
        guard guard_install(device.input, device.output, wakePipe.writeEnd, leave, leave.count) else {
            throw .alreadyOpen
        }
        guard take() else {
            guard_uninstall()
            throw .unusable(reason: String(cString: strerror(errno)))
        }
    }

    deinit { close() }

    private func take() -> Bool {
        guard guard_await_foreground(), guard_take() else { return false }
        device.write(modes)
        return true
    }

    /// Gives the terminal back for good.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        guard_restore()
        guard_uninstall()
    }

    /// Writes lines; in raw mode a line feed alone does not return.
    public func write(_ text: String) { device.write(Array(text.replacing("\n", with: "\r\n").utf8)) }

    /// Waits for the next input.
    /// - Returns: nil when a signal asked the program to end, or the terminal is gone.
    public func next() -> Input? {
        while isOpen {
            if !pending.isEmpty { return pending.removeFirst() }
            var polled = [
                pollfd(fd: device.input, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            poll(&polled, 2, decoder.deadline == nil ? -1 : Self.escapeMilliseconds)
            if polled[1].revents != 0, !handleSignals() { return nil }
            if polled[0].revents != 0 {
                guard let read = device.read() else { return nil }
                for byte in read { add(byte) }
            } else {
                append(decoder.expire(at: .now))
            }
        }
        return nil
    }

    /// How long the rest of a sequence may take, rounded up.
    private static let escapeMilliseconds = Int32(30)

    private func add(_ byte: UInt8) {
        bytes.append(byte)
        append(decoder.feed([byte], at: .now))
    }

    /// The bytes so far are those of the last of these events.
    private func append(_ events: [InputEvent]) {
        for event in events {
            pending.append(Input(bytes: event == events.last ? bytes : [], event: event))
        }
        if events.isEmpty, decoder.isComplete, !bytes.isEmpty { pending.append(Input(bytes: bytes)) }
        if decoder.isComplete { bytes = [] }
    }

    /// - Returns: whether the program goes on.
    private func handleSignals() -> Bool {
        _ = wakePipe.drain()
        var ending: Int32 = 0
        let signals = guard_take_signals(&ending)
        guard ending == 0 else { return false }
        guard signals & UInt32(GUARD_STOP | GUARD_CONTINUED) != 0 else { return true }
        guard_restore()
        if signals & UInt32(GUARD_STOP) != 0 { guard_stop(false) }
        decoder.reset()
        bytes = []
        return take()
    }
}
