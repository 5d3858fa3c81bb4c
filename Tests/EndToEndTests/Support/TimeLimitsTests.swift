import TestSupport
import Testing

/// The setting that multiplies the time limits of tests.
@Suite(.ownThread) struct TimeLimitsTests {
    @Test func theScaleIsAWholeNumber() throws {
        #expect(try TimeLimits.scale(nil) == 1)
        #expect(try TimeLimits.scale("10") == 10)
        for value in ["", "0", "-1", "1.5", "ten", "1001"] {
            let error = #expect(throws: TimeLimits.Invalid.self) { try TimeLimits.scale(value) }
            #expect(
                error?.description
                    == "PARLEY_TEST_TIME_SCALE is “\(value)”; it takes a whole number from 1 to 1000.")
        }
    }

    @Test func aMalformedScaleEndsTheTestsWithItsMessage() throws {
        let outcome = try Command(
            BuiltPrograms.tests.path, ["--testing-library", "swift-testing", "--list-tests"],
            environment: [TimeLimits.setting: "ten"]
        ).run()
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("PARLEY_TEST_TIME_SCALE is “ten”"))
    }

    @Test func everyTimeLimitIsScaled() {
        let files = SourceTree.files("Tests").filter { $0.code.contains(".timeLimit(") }
        #expect(files.count > 50)
        for file in files {
            let other = file.code.contains(#/\.timeLimit\((?!\.scaled\(|"\))/#)
            #expect(!other, "\(file.path) has a time limit that is not .scaled(minutes:)")
        }
    }
}
