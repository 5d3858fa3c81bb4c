extension Fault {
    /// nil if the text of a field of the body is neither too short nor too long.
    init?(length text: String, of field: String, within range: ClosedRange<Int>) {
        let length = text.unicodeScalars.count
        if length < range.lowerBound {
            self.init(
                path: ["body", field], kind: .tooShort(range.lowerBound),
                message: "ensure this value has at least \(range.lowerBound) characters")
        } else if length > range.upperBound {
            self.init(
                path: ["body", field], kind: .tooLong(range.upperBound),
                message: "ensure this value has at most \(range.upperBound) characters")
        } else {
            return nil
        }
    }
}
