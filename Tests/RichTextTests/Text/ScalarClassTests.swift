import Testing

@testable import RichText

/// The shortcuts and the generated table against the Unicode data of the standard library.
@Suite struct ScalarClassTests {
    @Test func `marks are those of the general category`() {
        var wrong: [UInt32] = []
        for value in 0..<0x110000 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            let isMark = category == .nonspacingMark || category == .enclosingMark
            switch ScalarClass(value) {
            case .mark: if !isMark { wrong.append(value) }
            case .narrow, .wide: if isMark { wrong.append(value) }
            default: break
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `wide glyphs are those of the table`() {
        var wrong: [UInt32] = []
        for value in 0..<0x110000 as Range<UInt32> {
            let isWide = WideScalars.contains(value)
            switch ScalarClass(value) {
            case .wide: if !isWide { wrong.append(value) }
            case .narrow: if isWide { wrong.append(value) }
            default: break
            }
        }
        #expect(wrong.isEmpty)
        #expect(WideScalars.edges == WideScalars.edges.sorted() && WideScalars.edges.count.isMultiple(of: 2))
    }
}
