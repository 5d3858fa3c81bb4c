import Foundation
import Logging

/// Writes log events to a ``LogFile``, a line each:
/// `2026-01-02T03:04:05.678Z warning poller: no answer task=1f3a`.
public struct FileLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let label: String
    private let file: LogFile
    private let now: @Sendable () -> Date

    public init(
        label: String, file: LogFile, level: Logger.Level = .info,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.label = label
        self.file = file
        self.now = now
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        let time = now().formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)
        )
        var line = "\(time) \(event.level.rawValue) \(label): \(event.message)"
        if let error = event.error { line += " error=\(error)" }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        file.append(line)
    }
}
