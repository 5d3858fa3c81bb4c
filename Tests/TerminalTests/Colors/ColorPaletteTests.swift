import RichText
import Testing

@testable import Terminal

@Suite struct ColorPaletteTests {
    private static func rgb(_ number: UInt32) -> Color {
        .rgb(red: UInt8(number >> 16), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    private static func foreground(_ color: Color, _ depth: ColorDepth) -> Int32 {
        var palette = ColorPalette(depth)
        return palette.paint(for: Style(foreground: color)).foreground
    }

    @Test(arguments: [
        (-1, ColorDepth.none), (0, .none), (2, .none), (8, .eight), (16, .sixteen), (88, .sixteen),
        (256, .indexed), (1 << 24, .indexed),
    ])
    func choosesTheDepth(count: Int, depth: ColorDepth) {
        #expect(ColorDepth(count: count) == depth)
    }

    @Test(arguments: [
        (0x000000 as UInt32, 16 as Int32), (0xFFFFFF, 231), (0xFF0000, 196), (0x00FF00, 46), (0x0000FF, 21),
        (0x5F87AF, 67), (0x080808, 232), (0xEEEEEE, 255), (0x808080, 244), (0xFFAF00, 214), (0x5E86B0, 67),
        (0x1E1E2E, 234),
    ])
    func findsTheNearestOf256(color: UInt32, index: Int32) {
        #expect(Self.foreground(Self.rgb(color), .indexed) == index)
    }

    @Test("A hex colour is never mapped to one of the 16 named colours, which the user may have changed")
    func leavesTheNamedColoursAlone() {
        for index in UInt8.min...UInt8.max {
            let color = RGB(xterm: index)
            let found = Self.foreground(
                .rgb(red: color.red, green: color.green, blue: color.blue), .indexed)
            #expect(found >= 16)
            #expect(index < 16 || RGB(xterm: UInt8(found)) == color)
        }
    }

    @Test(arguments: [
        (0x000000 as UInt32, 0 as Int32), (0xFFFFFF, 15), (0xFF0000, 9), (0xC00000, 1), (0x808080, 8),
        (0x00AA00, 2), (0x4040FF, 12), (0xE0E0E0, 7),
    ])
    func findsTheNearestOf16(color: UInt32, index: Int32) {
        #expect(Self.foreground(Self.rgb(color), .sixteen) == index)
    }

    @Test func mapsIndicesToWhatThereIs() {
        #expect(Self.foreground(.indexed(200), .indexed) == 200)
        #expect(Self.foreground(.indexed(12), .sixteen) == 12)
        #expect(Self.foreground(.indexed(196), .sixteen) == 9)
        #expect(Self.foreground(.indexed(5), .direct) == 5)
        #expect(Self.foreground(.indexed(196), .direct) == 196)
        #expect(Self.foreground(Self.rgb(0x123456), .direct) == 1 << 24 | 0x123456)
        #expect(Self.foreground(Self.rgb(0x000004), .direct) == 1 << 24 | 4)
    }

    @Test func keepsTheTerminalsOwnColours() {
        for depth in [ColorDepth.none, .eight, .sixteen, .indexed, .direct] {
            var palette = ColorPalette(depth)
            let paint = palette.paint(for: Style(foreground: .terminal, attributes: [.bold, .italic]))
            #expect(paint == .init(foreground: -1, background: -1, attributes: [.bold, .italic]))
        }
    }

    @Test func drawsNoColourWhereThereIsNone() {
        var palette = ColorPalette(.none)
        let style = Style(foreground: Self.rgb(0xFF0000), background: .indexed(3), attributes: .reverse)
        #expect(palette.paint(for: style) == .init(foreground: -1, background: -1, attributes: .reverse))
    }

    @Test func makesBrightColoursBoldWhereThereAreEight() {
        func paint(_ foreground: Color, _ background: Color? = nil) -> ColorPalette.Paint {
            var palette = ColorPalette(.eight)
            return palette.paint(for: Style(foreground: foreground, background: background))
        }
        #expect(paint(.indexed(9)) == .init(foreground: 1, background: -1, attributes: .bold))
        #expect(paint(.indexed(1)) == .init(foreground: 1, background: -1, attributes: []))
        #expect(paint(.indexed(8)) == .init(foreground: 7, background: -1, attributes: []))
        #expect(paint(.indexed(0), .indexed(12)) == .init(foreground: 0, background: 4, attributes: []))
    }

    @Test("Text in a colour close to its background stays readable when both are mapped")
    func keepsTextReadable() {
        let similar = [
            (0x7A7A7A, 0x8A8A8A), (0x202020, 0x101010), (0xF0F0F0, 0xFFFFFF), (0xFFFF00, 0xEEEE00),
        ]
        for depth in [ColorDepth.eight, .sixteen] {
            for (front, back) in similar {
                var palette = ColorPalette(depth)
                let paint = palette.paint(
                    for: Style(foreground: Self.rgb(UInt32(front)), background: Self.rgb(UInt32(back))))
                #expect(paint.foreground != paint.background, "\(depth) \(front)")
            }
        }
    }

    @Test func textKeepsItsContrast() {
        // The nearest of 256 for this grey on this white has a contrast of 4.2 only.
        func contrast(_ front: UInt32, _ back: UInt32) -> Double {
            var palette = ColorPalette(.indexed)
            let paint = palette.paint(for: Style(foreground: Self.rgb(front), background: Self.rgb(back)))
            return RGB(xterm: UInt8(paint.foreground)).contrast(with: RGB(xterm: UInt8(paint.background)))
        }
        for (front, back) in [(0x6F6958, 0xFBF5E1), (0x757575, 0xFFFFFF), (0x566E62, 0xF1F8F4)]
            as [(UInt32, UInt32)]
        {
            let wanted = RGB(number: front).contrast(with: RGB(number: back))
            #expect(wanted >= 4.5)
            #expect(contrast(front, back) >= 4.5)
        }
    }

    @Test(
        "Colours behind text stay apart, whatever is drawn first",
        arguments: [ColorDepth.indexed, .sixteen, .eight])
    func keepsGroundsApart(depth: ColorDepth) {
        let (page, mark, panel) = (Self.rgb(0xF1F8F4), Self.rgb(0xF0F7F3), Self.rgb(0xE9F4EE))
        let grounds = Grounds(page: page, marks: [mark], panels: [panel])
        func numbers(of colors: [Color]) -> [Int32] {
            var palette = ColorPalette(depth, grounds: grounds)
            return colors.map { palette.paint(for: Style(background: $0)).background }
        }
        let found = numbers(of: [page, mark, panel])
        #expect(numbers(of: [panel, mark, page]) == found.reversed())
        #expect(found[0] != found[1])
        #expect(found[1] != found[2])
        #expect(depth != .indexed || found[0] != found[2])
        // Without being told they would not: the test could not fail otherwise.
        var alone = ColorPalette(depth)
        #expect(
            alone.paint(for: Style(background: page)).background
                == alone.paint(for: Style(background: mark)).background)
    }

    @Test func knowsDarkFromLight() {
        #expect(RGB(red: 0x1E, green: 0x1E, blue: 0x2E).isDark)
        #expect(RGB(red: 0, green: 0x2B, blue: 0x36).isDark)
        #expect(RGB(red: 0, green: 0, blue: 0xFF).isDark)
        #expect(!RGB(red: 0xFD, green: 0xF6, blue: 0xE3).isDark)
        #expect(!RGB(red: 0xFF, green: 0xFF, blue: 0).isDark)
    }
}
