import Foundation

/// An sRGB colour.
struct RGB: Hashable, Sendable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    var number: Int32 { Int32(red) << 16 | Int32(green) << 8 | Int32(blue) }

    /// Whether light text reads better on it than dark text.
    var isDark: Bool { Lab(self).lightness < 0.6 }

    /// The contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines 2.1 define it.
    func contrast(with other: RGB) -> Double {
        let (one, other) = (luminance, other.luminance)
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    private var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    /// A part in proportion to its light.
    fileprivate static func linear(_ part: UInt8) -> Double {
        let value = Double(part) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}

extension RGB {
    /// A colour of xterm's palette: 16 named ones, a cube with six steps a side, and 24 greys.
    /// The values are those of xterm's sources (256colres.h and the resources color0 to color15).
    init(xterm index: UInt8) {
        switch index {
        case ..<16: self.init(number: Self.named[Int(index)])
        case ..<232:
            let cube = index - 16
            let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
            self.init(
                red: steps[Int(cube / 36)], green: steps[Int(cube / 6 % 6)], blue: steps[Int(cube % 6)])
        default:
            let grey = 8 + (index - 232) * 10
            self.init(red: grey, green: grey, blue: grey)
        }
    }

    /// - Parameter number: red, green and blue, as in `0xRRGGBB`.
    init(number: UInt32) {
        self.init(
            red: UInt8(number >> 16 & 0xFF), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    private static let named: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
}

/// A colour in Oklab, where equal distances look equally different.
/// The constants are those of its definition, https://bottosson.github.io/posts/oklab/.
struct Lab: Hashable, Sendable {
    var lightness: Double
    var a: Double
    var b: Double

    init(_ color: RGB) {
        let red = RGB.linear(color.red)
        let green = RGB.linear(color.green)
        let blue = RGB.linear(color.blue)
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    /// The square of the distance, which orders like the distance itself.
    func distance(to other: Lab) -> Double {
        let light = lightness - other.lightness
        let green = a - other.a
        let yellow = b - other.b
        return light * light + green * green + yellow * yellow
    }

    /// The same for a colour behind text, where a stronger colour than the wanted one is further away: a grey is taken for paper
    /// sooner than a yellow.
    func distanceOfGround(to other: Lab) -> Double {
        let excess = max(0, other.chroma - chroma)
        return distance(to: other) + 2 * excess * excess
    }

    /// Whether it has next to no hue.
    var isGrey: Bool { chroma < 0.065 }

    /// The angle between two hues, 0 to π.
    func hueDistance(to other: Lab) -> Double {
        let angle = abs(atan2(b, a) - atan2(other.b, other.a))
        return min(angle, 2 * .pi - angle)
    }

    private var chroma: Double { (a * a + b * b).squareRoot() }
}
