import Foundation

/// Compares a text with the file that was recorded of it.
///
/// `PARLEY_RECORD=1 swift test` writes the files anew; a look at the difference says whether the change was meant.
public enum Golden {
    /// - Parameters:
    ///   - name: the file's name without its ending, in `folder` beside the test's own file.
    /// - Returns: nil when the text is as recorded; else what differs, for the test to report.
    public static func difference(
        _ text: String, name: String, folder: String, testFile: String = #filePath
    ) -> String? {
        let directory = URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent(
            folder)
        let file = directory.appendingPathComponent(name + ".txt")
        let actual = text + "\n"
        if ProcessInfo.processInfo.environment["PARLEY_RECORD"] != nil {
            do {
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try Data(actual.utf8).write(to: file)
                return nil
            } catch {
                return "\(file.path) cannot be written: \(error)"
            }
        }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            return "\(file.path) does not exist. PARLEY_RECORD=1 records it. The text is:\n\(actual)"
        }
        let expected = String(decoding: data, as: UTF8.self)
        guard expected != actual else { return nil }
        return "\(name) is not as recorded.\n--- recorded\n\(expected)--- now\n\(actual)"
    }
}
