import Foundation
import Testing

/// How long tests may take: guards against what hangs, not measures of anything.
///
/// All of them are multiplied by `PARLEY_TEST_TIME_SCALE`, a whole number, for builds and machines that are slow.
public enum TimeLimits {
    /// The longest wait for a program or a service.
    public static let wait: Duration = .seconds(120) * scale
    /// The longest time for a test with a thread of its own, after which all tests are given up.
    public static let test: Duration = .seconds(1200) * scale

    /// Ends the tests with a message when the setting makes no sense.
    public static let scale: Int = {
        do {
            return try scale(ProcessInfo.processInfo.environment[setting])
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(EX_USAGE)
        }
    }()

    public static let setting = "PARLEY_TEST_TIME_SCALE"

    /// What `PARLEY_TEST_TIME_SCALE` must not be.
    public struct Invalid: Error, CustomStringConvertible {
        public let description: String
    }

    /// The factor that a value of the setting means.
    /// - Parameter value: nil when it is not set.
    /// - Throws: `Invalid`.
    public static func scale(_ value: String?) throws(Invalid) -> Int {
        guard let value else { return 1 }
        guard let scale = Int(value), (1...1000).contains(scale) else {
            throw Invalid(description: "\(setting) is “\(value)”; it takes a whole number from 1 to 1000.")
        }
        return scale
    }
}

extension TimeLimitTrait.Duration {
    /// The time limit of a test, which `PARLEY_TEST_TIME_SCALE` multiplies.
    public static func scaled(minutes: Int) -> Self { .minutes(minutes * TimeLimits.scale) }
}
