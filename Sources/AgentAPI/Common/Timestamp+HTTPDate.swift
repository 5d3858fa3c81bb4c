import Foundation

extension Timestamp {
    /// Reads the date of an HTTP header (RFC 9110, 5.6.7), in the form that is still sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
    public init?(httpDate text: String) {
        let fields = text.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", let day = Int(fields[1]), let year = Int(fields[3]),
            let month = Self.months.firstIndex(of: fields[2]),
            let midnight = Timestamp("\(fields[3])-\(month < 9 ? "0" : "")\(month + 1)-01T\(fields[4])Z"),
            CivilDay.isValid(year: year, month: month + 1, day: day)
        else { return nil }
        self.init(midnight.date.addingTimeInterval(Double(day - 1) * 86400))
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
