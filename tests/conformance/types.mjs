// The datatypes of clause 21 as patterns over tags: a primitive is a letter, context tags are "n.", "n{" and "n}".
export const number = (b, at = 0) => [...b.subarray(at)].reduce((a, x) => a * 256 + x, 0)
const LETTERS = 'NBUIRDOSGEdtj'

// Tags one after the other: { app | ctx | open | close: number, len, u: content as a number, b: content }.
export function tokens(b) {
    const list = []
    for (let at = 0; at < b.length;) {
        const first = b[at++]
        const num = first >> 4 === 15 ? b[at++] : first >> 4
        const cls = first >> 3 & 1
        let len = first & 7
        if (cls && len === 6) { list.push({ open: num }); continue }
        if (cls && len === 7) { list.push({ close: num }); continue }
        if (!cls && num === 1) { list.push({ app: 1, u: len, b: b.subarray(at, at) }); continue }
        if (len === 5) len = b[at++]
        if (len === 254) { len = b.readUInt16BE(at); at += 2 }
        const content = b.subarray(at, at + len)
        if (content.length < len) throw new Error(`content cut short at ${at}: ${b.toString('hex')}`)
        list.push({ [cls ? 'ctx' : 'app']: num, len, u: len > 6 ? undefined : number(content), b: content })
        at += len
    }
    return list
}
const text = (list) => list.map((t) => (t.open !== undefined ? `${t.open}{` : t.close !== undefined ? `${t.close}}`
    : t.ctx !== undefined ? `${t.ctx}.` : LETTERS[t.app] ?? '?')).join('')

const recipient = '(0\\.|1\\{UO1\\})'
const reference = '0\\.1\\.(2\\.)?'
const calendarEntry = '(0\\.|1\\{dd1\\}|2\\.)'
const patterns = {
    Boolean: 'B', Unsigned: 'U', Integer: 'I', Real: 'R', OctetString: 'O', CharacterString: 'S', BitString: 'G', Enumerated: 'E', Date: 'd', Time: 't',
    ObjectIdentifier: 'j', 'Any-primitive': '[A-Za-z]', DateTime: 'dt', DateRange: 'dd', TimeStamp: '(0\\.|1\\.|2\\{dt2\\})',
    PriorityValue: '[NREU]', OptionalReal: '[NR]', OptionalUnsigned: '[NU]', OptionalBinaryPV: '[NE]', ClientCOV: '[NR]',
    AddressBinding: 'jUO', Recipient: recipient, Destination: `Gtt${recipient}UBG`, CalendarEntry: calendarEntry,
    DailySchedule: '0\\{(t[A-Za-z])*0\\}', SpecialEvent: `(0\\{${calendarEntry}0\\}|1\\.)2\\{(t[A-Za-z])*2\\}3\\.`,
    ObjectPropertyReference: reference, DeviceObjectPropertyReference: `${reference}(3\\.)?`,
    COVSubscription: `0\\{0\\{${recipient}0\\}1\\.0\\}1\\{${reference}1\\}2\\.3\\.(4\\.)?`, COVMultipleSubscription: '0\\{.*\\}',
    RouterEntry: '0\\.1\\.2\\.(3\\.)?', HostNPort: '0\\{[012]\\.0\\}1\\.', BDTEntry: '0\\{0\\{[012]\\.0\\}1\\.0\\}(1\\.)?', FDTEntry: '0\\.1\\.2\\.',
    NameValue: '0\\.[A-Za-z]*',
}
const ENUMS = { BinaryPV: 1, Polarity: 1, NotifyType: 1, Reliability: 25, LoggingType: 2, DeviceStatus: 5, Segmentation: 3, IPMode: 2, NetworkNumberQuality: 3,
    ProtocolLevel: 3, NetworkType: 11, EventState: 5, FileAccessMethod: 1, EngineeringUnits: 254, ObjectType: 64, RestartReason: 8, BackupState: 6, NetworkPortCommand: 10 }
const BITS = { EventTransitionBits: 3, LimitEnable: 2, StatusFlags: 4, 49: 49, 65: 65 }

// Whether a value, as it stands between the tags [3], is of the datatype of properties.tsv.
export function matches(datatype, b) {
    const [, form = '', size = '', name, of] = datatype.match(/^(?:(Array|List)(\d*):)?([A-Za-z-]+)(?::(.*))?$/)
    const all = tokens(b)
    const one = patterns[name]
    if (!one) throw new Error(`no pattern for ${datatype}`)
    if (!new RegExp(`^(${one})${form ? (size ? `{${size}}` : '*') : ''}$`).test(text(all))) return false
    if (name === 'Enumerated' && ENUMS[of] !== undefined) return all.every((t) => t.u <= ENUMS[of])
    if (name === 'BitString' && BITS[of]) return all.every((t) => (t.b.length - 1) * 8 - t.b[0] === BITS[of])
    return true
}
