import RichText

/// Decodes the bytes that a terminal sends into keys, pastes and reports, however they are split over reads.
///
/// It knows the sequences of xterm, the Linux console, rxvt, screen and tmux, the keyboard protocols of xterm
/// (modifyOtherKeys) and kitty, and those in the terminal's description. It skips unknown sequences as a whole. The time is
/// passed in: it alone distinguishes the Esc key from the start of a sequence.
struct KeyDecoder: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long after Esc the rest of a sequence, or the key pressed with Alt, may come.
    static let escapeDelay = Duration.milliseconds(25)
    /// A sequence that is not complete within this time is dropped at the next input.
    static let sequenceTimeout = Duration.seconds(1)
    /// The same for a paste, which a slow connection may delay.
    static let pasteTimeout = Duration.seconds(10)
    /// The bytes of a sequence that are kept; no known sequence is longer.
    private static let longest = 256

    /// The part of a sequence that the next byte belongs to, with the bytes since the introducer.
    enum State: Sendable {
        case ground
        /// After Esc, or in a sequence of the terminal's description that follows no rule.
        case escape([UInt8])
        /// `CSI` (Esc `[`).
        case control([UInt8])
        /// `SS3` (Esc `O`).
        case singleShift([UInt8])
        /// Esc `[` `[`, for a function key of the Linux console.
        case console
        /// A mouse report in its oldest form, with the number of bytes that are missing.
        case mouse(Int)
        /// `OSC` (`]`), `DCS` (`P`), `APC` (`_`), `PM` (`^`) or `SOS` (`X`), up to its terminator.
        case string(introducer: UInt8, [UInt8], afterEscape: Bool)
        case paste(PasteCollector)
    }

    private let keys: [[UInt8]: Key]
    /// The beginnings of sequences in `keys` that follow no rule, without their Esc.
    private let beginnings: Set<[UInt8]>
    private let controlHIsBackspace: Bool

    private var state = State.ground
    private var scalars = ScalarAssembler()
    /// Whether Esc came first, as most terminals send Alt.
    private var isAlt = false
    private var lastByte: Instant?

    /// - Parameters:
    ///   - keys: the sequences of keys in the terminal's description.
    ///   - controlHIsBackspace: whether byte 8 is the Backspace key.
    init(keys: [[UInt8]: Key] = [:], controlHIsBackspace: Bool = false) {
        self.keys = keys
        self.controlHIsBackspace = controlHIsBackspace
        beginnings = Set(
            keys.keys.flatMap { sequence in
                (2..<max(2, sequence.count)).map { Array(sequence[1..<$0]) }
            })
    }

    // MARK: Events

    /// When to call ``expire(at:)`` unless input comes first; nil when nothing is pending.
    var deadline: Instant? {
        isPressable ? lastByte.map { $0 + Self.escapeDelay } : nil
    }

    /// Whether all bytes so far have become events or were skipped.
    var isComplete: Bool {
        guard case .ground = state else { return false }
        return scalars.isEmpty
    }

    /// Decodes bytes that were read at `now`.
    mutating func feed(_ bytes: some Collection<UInt8>, at now: Instant) -> [InputEvent] {
        var events: [InputEvent] = []
        dropStale(at: now, &events)
        if !bytes.isEmpty { lastByte = now }
        var input = Array(bytes)[...]
        while let byte = input.first {
            if case .paste(var paste) = state {
                state = .ground  // so that the bytes collected have one owner and are not copied
                consume(from: &input, &paste, &events)
            } else {
                input = input.dropFirst()
                step(byte, &events)
            }
        }
        return events
    }

    /// To be called when no input came until `now`: a pending Esc was the key.
    mutating func expire(at now: Instant) -> [InputEvent] {
        var events: [InputEvent] = []
        if let deadline, now >= deadline { press(&events) }
        return events
    }

    /// Drops what is incomplete, after another program has had the terminal.
    mutating func reset() {
        state = .ground
        scalars = ScalarAssembler()
        isAlt = false
    }

    // MARK: Incomplete sequences

    /// Whether the bytes so far may be keys by themselves: Esc, or Alt with the character of an introducer.
    private var isPressable: Bool {
        switch state {
        case .escape: true
        case .control(let bytes), .singleShift(let bytes): bytes.isEmpty
        case .string(_, let bytes, let afterEscape): bytes.isEmpty && !afterEscape
        case .console, .ground, .mouse, .paste: false
        }
    }

    /// Emits the bytes so far as keys.
    private mutating func press(_ events: inout [InputEvent]) {
        let wasAlt = isAlt
        let pressed: [UInt8]
        switch state {
        case .escape(let bytes): pressed = bytes
        case .control: pressed = [UInt8(ascii: "[")]
        case .singleShift: pressed = [UInt8(ascii: "O")]
        case .string(let introducer, _, _): pressed = [introducer]
        case .console, .ground, .mouse, .paste: return
        }
        reset()
        if wasAlt || pressed.isEmpty { events.append(.key(Key(.escape))) }
        if wasAlt, pressed.isEmpty { events.append(.key(Key(.escape))) }
        isAlt = !pressed.isEmpty
        for byte in pressed { ground(byte, &events) }
    }

    private mutating func dropStale(at now: Instant, _ events: inout [InputEvent]) {
        guard let lastByte else { return }
        let silence = lastByte.duration(to: now)
        if case .paste(var paste) = state {
            guard silence > Self.pasteTimeout else { return }
            state = .ground
            events.append(.paste(paste.takeText()))
        } else if silence > Self.sequenceTimeout {
            if isPressable { press(&events) }
            reset()
        }
    }

    private mutating func consume(
        from input: inout ArraySlice<UInt8>, _ paste: inout PasteCollector, _ events: inout [InputEvent]
    ) {
        switch paste.consume(from: &input) {
        case .ended: events.append(.paste(paste.takeText()))
        case .full:
            events.append(.paste(paste.takeText()))
            state = .paste(paste)
        case .incomplete: state = .paste(paste)
        }
    }

    // MARK: Byte by byte

    private mutating func step(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch state {
        case .ground: ground(byte, &events)
        case .escape(let bytes): escape(byte, after: bytes, &events)
        case .control(let bytes): control(byte, after: bytes, &events)
        case .singleShift(let bytes): singleShift(byte, after: bytes, &events)
        case .console: console(byte, &events)
        case .mouse(1): finish(nil, &events)
        case .mouse(let missing): state = .mouse(missing - 1)
        case .string(let introducer, let bytes, let afterEscape):
            string(byte, introducer, after: bytes, afterEscape: afterEscape, &events)
        case .paste: break  // consumed in bulk
        }
    }

    /// Ends a sequence and emits its event, if any.
    private mutating func finish(_ event: InputEvent?, _ events: inout [InputEvent]) {
        let wasAlt = isAlt
        reset()
        guard let event else { return }
        if wasAlt, case .key(var key) = event {
            key.modifiers.insert(.alt)
            events.append(.key(key))
        } else {
            events.append(event)
        }
    }

    private mutating func ground(_ byte: UInt8, _ events: inout [InputEvent]) {
        if byte >= 0x80 || !scalars.isEmpty { return character(byte, &events) }
        switch byte {
        case 0x1B: state = .escape([])
        case 0x20..<0x7F: finish(.key(Key(Character(Unicode.Scalar(byte)))), &events)
        default: finish(.key(ControlKey.key(byte, controlHIsBackspace: controlHIsBackspace)), &events)
        }
    }

    private mutating func character(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch scalars.add(byte) {
        case .incomplete: break
        case .scalar(let scalar):
            let isControl = scalar.properties.generalCategory == .control
            finish(isControl ? nil : .key(Key(Character(scalar))), &events)
        case .invalid: finish(.key(Key("\u{FFFD}")), &events)
        case .invalidBefore:
            finish(.key(Key("\u{FFFD}")), &events)
            ground(byte, &events)
        }
    }

    private mutating func escape(_ byte: UInt8, after bytes: [UInt8], _ events: inout [InputEvent]) {
        let sequence = bytes + [byte]
        if let key = keys[[0x1B] + sequence] { return finish(.key(key), &events) }
        switch byte {
        case _ where beginnings.contains(sequence) && !Self.introducers.contains(byte):
            state = .escape(sequence)
        case _ where !bytes.isEmpty: retype(sequence, &events)
        case 0x1B:
            if isAlt { events.append(.key(Key(.escape))) }
            isAlt = true
        case UInt8(ascii: "["): state = .control([])
        case UInt8(ascii: "O"): state = .singleShift([])
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            state = .string(introducer: byte, [], afterEscape: false)
        default: retype(sequence, &events)
        }
    }

    /// Bytes after Esc that introduce a sequence by a common rule.
    private static let introducers = Set("[O]P_^X\u{1B}".utf8)

    /// Handles bytes after Esc that are no sequence: Alt with a key, and the rest.
    private mutating func retype(_ bytes: [UInt8], _ events: inout [InputEvent]) {
        if isAlt { events.append(.key(Key(.escape))) }
        reset()
        isAlt = true
        for byte in bytes { step(byte, &events) }
    }

    private mutating func control(_ byte: UInt8, after bytes: [UInt8], _ events: inout [InputEvent]) {
        switch byte {
        case UInt8(ascii: "[") where bytes.isEmpty: state = .console
        case UInt8(ascii: "$") where !bytes.isEmpty && bytes.allSatisfy({ (0x30...0x39).contains($0) }):
            // A shifted key of rxvt, whose last byte is no final byte by the rule below.
            finish(ControlSequenceReport.event(bytes, final: byte), &events)
        case 0x20..<0x40:
            if bytes.count < Self.longest { state = .control(bytes + [byte]) }
        case 0x40..<0x7F: endControl(bytes, final: byte, &events)
        default: breakOff(byte, &events)
        }
    }

    private mutating func endControl(_ bytes: [UInt8], final: UInt8, _ events: inout [InputEvent]) {
        if let key = keys[[0x1B, UInt8(ascii: "[")] + bytes + [final]] { return finish(.key(key), &events) }
        switch final {
        case UInt8(ascii: "M") where bytes.isEmpty: state = .mouse(3)
        case UInt8(ascii: "~") where bytes == Array("200".utf8):
            reset()
            state = .paste(PasteCollector())
        default: finish(ControlSequenceReport.event(bytes, final: final), &events)
        }
    }

    /// A byte that cannot be part of a sequence: the sequence was cut off, and the byte starts over.
    private mutating func breakOff(_ byte: UInt8, _ events: inout [InputEvent]) {
        reset()
        step(byte, &events)
    }

    private mutating func singleShift(_ byte: UInt8, after bytes: [UInt8], _ events: inout [InputEvent]) {
        if let key = keys[[0x1B, UInt8(ascii: "O")] + bytes + [byte]] { return finish(.key(key), &events) }
        switch byte {
        case 0x30...0x3B:
            if bytes.count < Self.longest { state = .singleShift(bytes + [byte]) }
        case 0x20..<0x7F: finish(ControlSequenceReport.singleShift(bytes, final: byte), &events)
        default: breakOff(byte, &events)
        }
    }

    private mutating func console(_ byte: UInt8, _ events: inout [InputEvent]) {
        if let key = keys[Array("\u{1B}[[".utf8) + [byte]] { return finish(.key(key), &events) }
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "E"): finish(.key(Key(.function(Int(byte) - 64))), &events)
        case 0x20..<0x7F: finish(nil, &events)
        default: breakOff(byte, &events)
        }
    }

    private mutating func string(
        _ byte: UInt8, _ introducer: UInt8, after bytes: [UInt8], afterEscape: Bool,
        _ events: inout [InputEvent]
    ) {
        switch byte {
        case UInt8(ascii: "\\") where afterEscape, 0x07:
            finish(introducer == UInt8(ascii: "]") ? BackgroundReport.event(bytes) : nil, &events)
        case _ where afterEscape:
            // The string was cut off by another sequence.
            reset()
            state = .escape([])
            step(byte, &events)
        case 0x1B: state = .string(introducer: introducer, bytes, afterEscape: true)
        // CAN and SUB end every sequence.
        case 0x18, 0x1A: finish(nil, &events)
        default:
            guard bytes.count < Self.longest else { return }
            state = .string(introducer: introducer, bytes + [byte], afterEscape: false)
        }
    }
}
