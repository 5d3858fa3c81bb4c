/// Assembles scalars from the bytes of UTF-8, however they are split over reads.
struct ScalarAssembler {
    /// The result of a byte.
    enum Step: Equatable {
        case incomplete
        case scalar(Unicode.Scalar)
        /// The bytes so far are not UTF-8.
        case invalid
        /// The bytes before this one are not UTF-8; this one starts over.
        case invalidBefore
    }

    private var value: UInt32 = 0
    private var missing = 0
    /// The valid next bytes. The ranges of table 3-7 in the Unicode standard exclude surrogates and overlong forms.
    private var expected: ClosedRange<UInt8> = 0x80...0xBF

    var isEmpty: Bool { missing == 0 }

    /// - Parameter byte: at least 0x80 when nothing is incomplete.
    mutating func add(_ byte: UInt8) -> Step {
        guard missing > 0 else { return start(byte) }
        guard expected.contains(byte) else {
            missing = 0
            return .invalidBefore
        }
        expected = 0x80...0xBF
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        guard missing == 0 else { return .incomplete }
        return Unicode.Scalar(value).map(Step.scalar) ?? .invalid
    }

    private mutating func start(_ byte: UInt8) -> Step {
        switch byte {
        case 0xC2...0xDF: begin(byte & 0x1F, missing: 1, expected: 0x80...0xBF)
        case 0xE0: begin(byte & 0x0F, missing: 2, expected: 0xA0...0xBF)
        case 0xED: begin(byte & 0x0F, missing: 2, expected: 0x80...0x9F)
        case 0xE1...0xEF: begin(byte & 0x0F, missing: 2, expected: 0x80...0xBF)
        case 0xF0: begin(byte & 0x07, missing: 3, expected: 0x90...0xBF)
        case 0xF1...0xF3: begin(byte & 0x07, missing: 3, expected: 0x80...0xBF)
        case 0xF4: begin(byte & 0x07, missing: 3, expected: 0x80...0x8F)
        default: return .invalid
        }
        return .incomplete
    }

    private mutating func begin(_ bits: UInt8, missing: Int, expected: ClosedRange<UInt8>) {
        value = UInt32(bits)
        self.missing = missing
        self.expected = expected
    }
}
