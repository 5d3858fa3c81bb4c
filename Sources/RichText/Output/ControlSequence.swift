/// Splits what a program prints for a terminal into glyphs and sequences. It can be fed in pieces of any size.
struct ControlParser: Sendable {
    enum Event: Sendable {
        case scalar(Unicode.Scalar)
        /// C0, without the escape character.
        case control(UInt8)
        /// `ESC [`: the parameters as they are written, and the final byte.
        case sequence(parameters: String, final: Unicode.Scalar)
        /// What looked like the beginning of a string, such as a title, and had no end: it is text.
        case text(String)
    }

    private enum State: Sendable {
        case ground, escape
        /// Behind an escape character and an intermediate one: the next character belongs to it.
        case charset
        case sequence
        /// What is between `ESC ]`, `ESC P`, … and its end.
        case string
        /// An escape character within it.
        case stringEscape
    }

    private var state = State.ground
    /// The parameters of a sequence, or a string so far.
    private var held = ""

    /// The most characters of parameters that are kept; a sequence with more does nothing.
    private static let mostParameters = 128
    /// The most characters of a string that is left out.
    private static let longestString = 4096

    /// - Returns: what the scalar completes.
    mutating func parse(_ scalar: Unicode.Scalar) -> Event? {
        switch state {
        case .ground: return ground(scalar)
        case .escape: return escape(scalar)
        case .charset:
            state = .ground
            return nil
        case .sequence: return sequence(scalar)
        case .string: return string(scalar)
        case .stringEscape:
            // `ESC \` ends a string; anything else does so too, and begins something of its own.
            held = ""
            state = .ground
            return scalar == "\\" ? nil : escape(scalar)
        }
    }

    /// - Returns: a string without an end, which is text.
    mutating func finish() -> Event? {
        defer { (state, held) = (.ground, "") }
        return state == .string ? .text(held) : nil
    }

    private mutating func ground(_ scalar: Unicode.Scalar) -> Event? {
        switch scalar.value {
        case 0x1B:
            state = .escape
            return nil
        case 0..<0x20, 0x7F: return .control(UInt8(scalar.value))
        // The second form of `ESC` and a letter.
        case 0x80..<0xA0: return escape(Unicode.Scalar(UInt8(scalar.value - 0x40)))
        default: return .scalar(scalar)
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) -> Event? {
        switch scalar {
        case "[": (state, held) = (.sequence, "")
        case "]", "P", "^", "_", "X": (state, held) = (.string, "")
        case " ", "#", "%", "(", ")", "*", "+", "-", ".", "/": state = .charset
        case "\u{1B}": state = .escape
        case "\u{20}"..."\u{7E}": state = .ground
        default:
            state = .ground
            return ground(scalar)
        }
        return nil
    }

    private mutating func sequence(_ scalar: Unicode.Scalar) -> Event? {
        switch scalar.value {
        case 0x1B: state = .escape
        // Cancelled.
        case 0x18, 0x1A: state = .ground
        case 0..<0x20: return .control(UInt8(scalar.value))
        case 0x20..<0x40:
            if held.utf8.count <= Self.mostParameters { held.unicodeScalars.append(scalar) }
        case 0x40..<0x7F:
            state = .ground
            return held.utf8.count > Self.mostParameters
                ? nil : .sequence(parameters: held, final: scalar)
        case 0x7F: break
        default:
            state = .ground
            return ground(scalar)
        }
        return nil
    }

    private mutating func string(_ scalar: Unicode.Scalar) -> Event? {
        switch scalar.value {
        case 0x1B: state = .stringEscape
        case 0x07, 0x18, 0x1A, 0x9C: state = .ground
        default:
            held.unicodeScalars.append(scalar)
            guard held.utf8.count > Self.longestString else { return nil }
            return finish()
        }
        return nil
    }
}

/// The style that the sequences `ESC [ … m` of a program have set.
struct GraphicRendition: Sendable {
    private(set) var style = Style.plain

    /// - Parameter parameters: as they are written; those that are not known change nothing.
    mutating func apply(_ parameters: String) {
        guard parameters.utf8.allSatisfy({ (0x30...0x3B).contains($0) }) else { return }
        var rest = parameters.split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 } }[...]
        while let parameter = rest.popFirst() {
            switch parameter.first ?? 0 {
            case 38: if let color = Self.color(parameter, &rest) { style.foreground = color }
            case 48: if let color = Self.color(parameter, &rest) { style.background = color }
            // The colour of underlines.
            case 58: _ = Self.color(parameter, &rest)
            case 4 where parameter.count > 1 && parameter[1] == 0: style.attributes.remove(.underline)
            case let code: set(code)
            }
        }
    }

    private mutating func set(_ code: Int) {
        switch code {
        case 0: style = .plain
        case 1: style.attributes.insert(.bold)
        case 2: style.attributes.insert(.dim)
        case 3: style.attributes.insert(.italic)
        case 4, 21: style.attributes.insert(.underline)
        case 7: style.attributes.insert(.reverse)
        case 9: style.attributes.insert(.strikethrough)
        case 22: style.attributes.subtract([.bold, .dim])
        case 23: style.attributes.remove(.italic)
        case 24: style.attributes.remove(.underline)
        case 27: style.attributes.remove(.reverse)
        case 29: style.attributes.remove(.strikethrough)
        case 30...37: style.foreground = .indexed(UInt8(code - 30))
        case 39: style.foreground = nil
        case 40...47: style.background = .indexed(UInt8(code - 40))
        case 49: style.background = nil
        case 90...97: style.foreground = .indexed(UInt8(code - 82))
        case 100...107: style.background = .indexed(UInt8(code - 92))
        default: break
        }
    }

    /// `5;n`, `2;r;g;b`, or the same with colons in one parameter, where a colour space may precede the three.
    private static func color(_ parameter: [Int], _ rest: inout ArraySlice<[Int]>) -> Color? {
        func byte(_ number: Int) -> UInt8 { UInt8(clamping: number) }
        if parameter.count > 1 {
            if parameter[1] == 5, parameter.count > 2 { return .indexed(byte(parameter[2])) }
            guard parameter[1] == 2, parameter.count > 4 else { return nil }
            let parts = parameter.count > 5 ? parameter[3...5] : parameter[2...4]
            return rgb(Array(parts))
        }
        switch rest.popFirst()?.first {
        case 5: return rest.popFirst()?.first.map { .indexed(byte($0)) }
        case 2:
            let parts = rest.prefix(3).map { $0.first ?? 0 }
            rest = rest.dropFirst(3)
            return parts.count == 3 ? rgb(parts) : nil
        default: return nil
        }
        func rgb(_ parts: [Int]) -> Color {
            .rgb(red: byte(parts[0]), green: byte(parts[1]), blue: byte(parts[2]))
        }
    }
}
