import RichText

/// Decodes control sequences from the terminal by the rules that terminals share.
enum ControlSequenceReport {
    /// - Parameters:
    ///   - bytes: those between `CSI` and the final byte.
    ///   - final: the final byte.
    /// - Returns: nil for sequences that are unknown or of no interest.
    static func event(_ bytes: [UInt8], final: UInt8) -> InputEvent? {
        if bytes.first == UInt8(ascii: "<") { return mouse(bytes.dropFirst(), final: final) }
        guard let parameters = Parameters(bytes) else { return nil }
        switch final {
        case UInt8(ascii: "I") where bytes.isEmpty: return .focus(true)
        case UInt8(ascii: "O") where bytes.isEmpty: return .focus(false)
        case UInt8(ascii: "u"): return kitty(parameters)
        case UInt8(ascii: "~") where parameters[0] == 27: return otherKey(parameters)
        default: return functional(parameters, final: final)
        }
    }

    /// `CSI < button ; column ; row M`, or `m` for a button that went up (xterm's mode 1006). Modifiers make no difference.
    private static func mouse(_ bytes: ArraySlice<UInt8>, final: UInt8) -> InputEvent? {
        let numbers = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            Int(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 3, let button = numbers[0], let column = numbers[1], let row = numbers[2],
            (1...100_000).contains(column), (1...100_000).contains(row), (0...255).contains(button)
        else { return nil }
        let kind: MouseEvent.Kind? =
            switch (button & ~(4 | 8 | 16), final) {
            case (0, UInt8(ascii: "M")): .press
            case (0, UInt8(ascii: "m")): .release
            case (32, UInt8(ascii: "M")): .drag
            case (64, UInt8(ascii: "M")): .wheelUp
            case (65, UInt8(ascii: "M")): .wheelDown
            default: nil
            }
        return kind.map { .mouse(MouseEvent($0, row: row - 1, column: column - 1)) }
    }

    /// Decodes `SS3`, the modifiers' number that some terminals send, and the final byte.
    static func singleShift(_ bytes: [UInt8], final: UInt8) -> InputEvent? {
        guard let parameters = Parameters(bytes) else { return nil }
        let modifiers = parameters.count > 1 ? parameters[1] : parameters[0]
        if let code = KeyTable.rxvtCursor[final] { return .key(Key(code, .control)) }
        guard let code = KeyTable.lettered[final] ?? KeyTable.keypad[final] else { return nil }
        return key(code, modifiers: modifiers)
    }

    /// A key that types no character.
    private static func functional(_ parameters: Parameters, final: UInt8) -> InputEvent? {
        switch final {
        case UInt8(ascii: "~"): return numbered(parameters, [])
        case UInt8(ascii: "^"): return numbered(parameters, .control)
        case UInt8(ascii: "$"): return numbered(parameters, .shift)
        case UInt8(ascii: "@"): return numbered(parameters, [.control, .shift])
        case UInt8(ascii: "Z"): return key(.tab, modifiers: parameters[1], adding: .shift)
        case UInt8(ascii: "I"): return key(.tab, modifiers: parameters[1])
        default: break
        }
        if let code = KeyTable.rxvtCursor[final] { return .key(Key(code, .shift)) }
        guard let code = KeyTable.lettered[final] else { return nil }
        // The first number is 1, or the modifiers where there is no second.
        if parameters.count > 1 { return parameters[0] == 1 ? key(code, modifiers: parameters[1]) : nil }
        return key(code, modifiers: parameters[0])
    }

    private static func numbered(_ parameters: Parameters, _ added: Key.Modifiers) -> InputEvent? {
        guard let number = parameters[0], let code = KeyTable.numbered[number] else { return nil }
        return key(code, modifiers: parameters[1], adding: added, event: parameters[1, 1])
    }

    /// `CSI 27 ; modifiers ; character ~`, xterm's modifyOtherKeys: shift is in the character already.
    private static func otherKey(_ parameters: Parameters) -> InputEvent? {
        guard let number = parameters[2] else { return nil }
        return typed(number, shifted: number, american: nil, modifiers: parameters[1])
    }

    /// `CSI character:shifted:american ; modifiers:event u`.
    private static func kitty(_ parameters: Parameters) -> InputEvent? {
        guard let number = parameters[0], parameters[1, 1] != release else { return nil }
        return typed(
            number, shifted: parameters[0, 1], american: parameters[0, 2], modifiers: parameters[1])
    }

    private static let release = 3

    private static func typed(
        _ number: Int, shifted: Int?, american: Int?, modifiers: Int?
    ) -> InputEvent? {
        if let code = KeyTable.code(of: number) { return key(code, modifiers: modifiers) }
        guard let plain = scalar(number), let modifiers = Key.Modifiers(reported: modifiers) else {
            return nil
        }
        let character = TypedCharacter(
            plain: plain, shifted: scalar(shifted), american: scalar(american), modifiers: modifiers)
        return character.key.map { .key($0) }
    }

    private static func scalar(_ number: Int?) -> Unicode.Scalar? {
        number.flatMap { UInt32(exactly: $0) }.flatMap { Unicode.Scalar($0) }
    }

    private static func key(
        _ code: Key.Code, modifiers: Int?, adding added: Key.Modifiers = [], event: Int? = nil
    ) -> InputEvent? {
        guard event != release, var modifiers = Key.Modifiers(reported: modifiers) else { return nil }
        modifiers.formUnion(added)
        switch code {
        // Shift makes no difference to these; most terminals do not report it.
        case .backspace, .escape, .character: modifiers.remove(.shift)
        default: break
        }
        return .key(Key(code, modifiers))
    }
}

extension Key.Modifiers {
    /// - Parameter number: from a report: 1 plus a sum of bits.
    /// - Returns: nil when super or hyper is held: those keys are for the desktop.
    fileprivate init?(reported number: Int?) {
        let bits = max(0, (number ?? 1) - 1)
        guard bits & (1 << 3 | 1 << 4) == 0 else { return nil }
        self = []
        if bits & 1 << 0 != 0 { insert(.shift) }
        if bits & (1 << 1 | 1 << 5) != 0 { insert(.alt) }
        if bits & 1 << 2 != 0 { insert(.control) }
    }
}

/// The numbers of a control sequence: separated by `;`, their parts by `:`; any may be missing.
private struct Parameters {
    private let values: [[Int?]]

    /// - Returns: nil when there are other characters, which no key sends.
    init?(_ bytes: [UInt8]) {
        guard bytes.allSatisfy({ (0x30...0x3B).contains($0) }) else { return nil }
        values = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { value in
            value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { part in
                Int(String(decoding: part, as: UTF8.self))
            }
        }
    }

    var count: Int { values.count }

    subscript(_ index: Int, _ part: Int = 0) -> Int? {
        guard index < values.count, part < values[index].count else { return nil }
        return values[index][part]
    }
}
