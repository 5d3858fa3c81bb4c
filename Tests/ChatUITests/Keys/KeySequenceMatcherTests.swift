import RichText
import Settings
import Testing

@testable import ChatUI

@Suite struct KeySequenceMatcherTests {
    private static let x = Key("x", .control)
    private static let e = Key("e", .control)

    private static func sequence(_ keys: Key...) -> KeySequence { KeySequence(keys) }

    @Test func aSequenceIsBoundWithItsLastKey() {
        var matcher = KeySequenceMatcher([
            (Self.sequence(Self.x, Self.e), "edit"), (Self.sequence(Self.e), "end"),
        ])
        #expect(matcher.press(Self.e) == .bound("end"))
        #expect(matcher.press(Self.x) == .pending)
        #expect(matcher.pending == [Self.x])
        #expect(matcher.press(Self.e) == .bound("edit"))
        #expect(matcher.press(Self.e) == .bound("end"))
    }

    @Test func keysThatAreBoundToNothingAreGivenBack() {
        var matcher = KeySequenceMatcher([(Self.sequence(Key("g"), Key("g")), "top")])
        #expect(matcher.press(Key("a")) == .unbound([Key("a")]))
        #expect(matcher.press(Key("g")) == .pending)
        #expect(matcher.press(Key("a")) == .unbound([Key("g"), Key("a")]))
        #expect(matcher.press(Key("g")) == .pending)
        #expect(matcher.press(Key("g")) == .bound("top"))
    }

    @Test func escapeCancelsASequenceAndIsAKeyOtherwise() {
        var matcher = KeySequenceMatcher([
            (Self.sequence(Self.x, Self.e), "edit"), (Self.sequence(Key(.escape)), "stop"),
        ])
        #expect(matcher.press(Self.x) == .pending)
        #expect(matcher.press(Key(.escape)) == .unbound([]))
        #expect(matcher.press(Self.e) == .unbound([Self.e]))
        #expect(matcher.press(Key(.escape)) == .bound("stop"))
    }

    @Test func resettingForgetsTheSequenceBegun() {
        var matcher = KeySequenceMatcher([(Self.sequence(Self.x, Self.e), "edit")])
        #expect(matcher.press(Self.x) == .pending)
        matcher.reset()
        #expect(matcher.press(Self.e) == .unbound([Self.e]))
    }

    @Test func laterBindingsWinAndNothingUnbinds() {
        var matcher = KeySequenceMatcher<String>([
            (Self.sequence(Self.x), "one"), (Self.sequence(Self.e), "two"), (Self.sequence(Self.x), "three"),
            (Self.sequence(Self.e), nil),
        ])
        #expect(matcher.press(Self.x) == .bound("three"))
        #expect(matcher.press(Self.e) == .unbound([Self.e]))
        #expect(matcher.conflicts.isEmpty)
    }

    @Test func theBeginningOfALongerSequenceIsAConflictThatTheLaterOneWins() {
        let short = Self.sequence(Self.x)
        let long = Self.sequence(Self.x, Self.e)
        var matcher = KeySequenceMatcher([
            (long, "long"), (Self.sequence(Self.x, Self.x), "other"), (short, "short"),
        ])
        #expect(
            matcher.conflicts == [
                .overlap(dropped: long, kept: short),
                .overlap(dropped: Self.sequence(Self.x, Self.x), kept: short),
            ])
        #expect(matcher.press(Self.x) == .bound("short"))

        matcher = KeySequenceMatcher([(short, "short"), (long, "long")])
        #expect(matcher.conflicts == [.overlap(dropped: short, kept: long)])
        #expect(matcher.press(Self.x) == .pending)
    }

    @Test func unbindingALongerSequenceFreesItsBeginning() {
        let short = Self.sequence(Self.x)
        let long = Self.sequence(Self.x, Self.e)
        var matcher = KeySequenceMatcher<String>([(long, "long"), (long, nil), (short, "short")])
        #expect(matcher.conflicts.isEmpty)
        #expect(matcher.press(Self.x) == .bound("short"))
    }

    @Test func aSequenceThatEscapeWouldCancelIsAConflict() {
        let sequence = Self.sequence(Self.x, Key(.escape))
        var matcher = KeySequenceMatcher([(sequence, "never")])
        #expect(matcher.conflicts == [.escape(dropped: sequence)])
        #expect(matcher.press(Self.x) == .unbound([Self.x]))
    }
}
