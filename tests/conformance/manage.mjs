// Device management (135.1 clauses 9.14, 9.15, 9.24, 9.27, 9.30 to 9.33).
import { app, appU, bytes, check, close, cov, ctx, ctxU, expectError, expectReject, ip, oid, open, OT, real, request, rpmBody, S, same, skip, sleep, TYPE, what, whoIs, wpBody } from './lib.mjs'
import { bit, unsigned, value } from './generic.mjs'

const word = (text) => ctx(2, [0, ...Buffer.from(text)])
const dcc = (state, minutes, password = 'test') => bytes(minutes === undefined ? [] : ctxU(0, minutes), ctxU(1, state), password === undefined ? [] : word(password))
async function ask(c, service, body) {
    const m = await c.ask(service, body, { ms: 4000 })
    if (m.type === TYPE.reject && m.reason === 9) skip(`service ${service} is not executed`)
    return m
}
const reinit = (state, password = 'test') => bytes(ctxU(0, state), password === undefined ? [] : ctx(1, [0, ...Buffer.from(password)]))
async function executes(c, bitNumber, name) {
    const v = value(await c.read(OT.DEV, 0x3fffff, 97))
    if (!bit(v.subarray(v[0] === 0x85 ? 3 : 2), bitNumber)) skip(`${name} is not executed`)
}
const iAm = (c, ms) => c.next((m) => m.type === 1 && m.service === 0, ms)
const date = (d) => app(10, [d.getUTCFullYear() - 1900, d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCDay() || 7])
const time = (d) => app(11, [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), 0])
const seconds = (v) => v[1] * 3600 + v[2] * 60 + v[3]


// --- the file of a backup ---
const signed = (v) => app(3, v >= -128 && v < 128 ? [v & 255] : v < 32768 ? [v >> 8, v & 255] : [v >> 16, (v >> 8) & 255, v & 255])
const octets = (b) => bytes(b.length < 5 ? 0x60 | b.length : b.length < 254 ? [0x65, b.length] : [0x65, 254, b.length >> 8, b.length & 255], b)
const readFile = (start, count) => bytes(app(12, oid(10, 0)), open(0), signed(start), appU(count), close(0))
const writeFile = (start, data) => bytes(app(12, oid(10, 0)), open(0), signed(start), octets(Buffer.from(data)), close(0))
const state = async (c) => unsigned(await c.read(OT.DEV, 1001, 338))
const status = async (c) => unsigned(await c.read(OT.DEV, 1001, 112))
async function begin(c, how) {
    const m = await ask(c, S.reinit, reinit(how))
    same(m.type, TYPE.simple, `ReinitializeDevice ${how}: ${what(m)}`)
}
async function whole(c, step) {
    const parts = []
    for (let at = 0; ;) {
        const m = await c.ask(6, readFile(at, step))
        check(m.type === TYPE.complex, `AtomicReadFile: ${what(m)}`)
        let p = 2
        same(m.data[1], 0x0e, 'stream access')
        p += 1 + (m.data[p] & 7)
        let n = m.data[p++] & 7
        if (n === 5) n = m.data[p++]
        if (n === 254) { n = m.data.readUInt16BE(p); p += 2 }
        parts.push(m.data.subarray(p, p + n))
        at += n
        if (m.data[0] === 0x11) return Buffer.concat(parts)
        check(n > 0, 'neither octets nor the end')
    }
}
async function fill(c, file) {
    for (let at = 0; at < file.length; at += 400) {
        const m = await c.ask(7, writeFile(at, file.subarray(at, at + 400)))
        check(m.type === TYPE.complex, `AtomicWriteFile: ${what(m)}`)
    }
}
const flip = (file, at) => { const b = Buffer.from(file); b[at] ^= 1; return b }
function seal(file) {                       // FNV-1a, 64 bit, of all but the sum itself
    let h = 0xcbf29ce484222325n
    file.forEach((x, i) => { if (i < 40 || i >= 48) h = ((h ^ BigInt(x)) * 0x100000001b3n) & 0xffffffffffffffffn })
    file.writeBigUInt64LE(h, 40)
    return file
}

export default {
    async T016(c) {
        const rev = async () => unsigned(await c.read(OT.DEV, 0x3fffff, 155))
        const before = await rev()
        await c.ask(S.wp, wpBody(OT.AV, 20, 85, real(17)))
        same(await rev(), before, 'after a write of Present_Value')
        const name = app(7, [0, ...Buffer.from(`Renamed ${Date.now()}`)])
        const m = await c.ask(S.wp, wpBody(OT.AV, 20, 77, name))
        if (m.type === TYPE.error && m.error === '2/40') skip('Object_Name is not writable')
        same(m.type, TYPE.simple, 'the name written')
        check(await rev() > before, 'Database_Revision rises')
    },
    async T011(c) { same((await c.read(OT.AV, 0, 22)).type, TYPE.complex, 'COV_Increment') },
    async T013(c) { check(unsigned(await c.read(OT.AV, 0, 117)) <= 254, 'unit') },
    async T039(c) {
        const m = await c.ask(S.rpm, rpmBody([OT.AV, 0, 8]))
        const list = value(await c.read(OT.AV, 0, 371))
        let listed = 0
        for (let at = 0; at < list.length; at += 1 + (list[at] & 7)) listed++
        let props = 0
        for (let at = 6, depth = 0; at < m.data.length - 1;) {
            const b = m.data[at++]
            if ((b & 0x0f) === 0x0e) depth++
            else if ((b & 0x0f) === 0x0f) depth--
            else {
                if (depth === 0 && b >> 4 === 2 && b & 8) props++
                let n = b & 7
                if (b >> 4 === 1 && !(b & 8)) n = 0
                if (n === 5) n = m.data[at++]
                at += n
            }
        }
        same(props, listed + 3, 'properties of ALL')
    },
    async T050(c) {
        for (const v of [-100, 0, 3.25, 1e6]) {
            same((await c.ask(S.wp, wpBody(OT.AV, 21, 85, real(v)))).type, TYPE.simple, `write of ${v}`)
            same(value(await c.read(OT.AV, 21, 85)).readFloatBE(1), v, 'read back')
        }
    },
    async T070(c) {
        const m = await c.ask(S.wp, wpBody(OT.AV, 22, 77, app(7, [5, 0xe9, 0x41])))
        check(m.type === TYPE.simple || (m.type === TYPE.error && ['2/41', '2/40'].includes(m.error)), what(m))
    },
    async T073(c) {
        const one = (p) => bytes(ctx(0, oid(OT.AO, 0)), open(1), ctxU(0, 85), open(2), real(p), close(2), ctxU(3, p), close(1))
        same((await c.ask(S.wpm, bytes(one(9), one(5)))).type, TYPE.simple, 'WritePropertyMultiple')
        same(value(await c.read(OT.AO, 0, 85)).readFloatBE(1), 5, 'the higher priority wins')
        for (const p of [5, 9]) await c.ask(S.wp, wpBody(OT.AO, 0, 85, [0], p))
    },
    async T076(c) {
        const m = await c.ask(S.wpm, bytes(ctx(0, oid(OT.AO, 0)), open(1), ctxU(0, 85), open(2), real(1), close(2), ctxU(3, 17), close(1)))
        check(m.type === TYPE.error || m.type === TYPE.reject, what(m))
    },
    async T077(c) {
        const v = (x) => bytes(ctxU(0, 85), open(2), real(x), close(2))
        same((await c.ask(S.wpm, bytes(ctx(0, oid(OT.AV, 23)), open(1), v(18), v(19), close(1)))).type, TYPE.simple, 'WritePropertyMultiple')
        same(value(await c.read(OT.AV, 23, 85)).readFloatBE(1), 19, 'the last one wins')
    },
    async T078(c) { const m = await c.ask(S.wpm, []); check(m.type === TYPE.simple || (m.type === TYPE.reject && [4, 5].includes(m.reason)), what(m)) },
    async T250(c) {
        same((await ask(c, S.dcc, dcc(2, 1))).type, TYPE.simple, 'disable-initiation')
        same((await c.read(OT.DEV, 0x3fffff, 77)).type, TYPE.complex, 'ReadProperty')
        c.unicast(whoIs())
        check(await iAm(c), 'Who-Is is answered')
        const m = await c.ask(S.subscribeCov, bytes(ctxU(0, 90), ctx(1, oid(OT.AV, 24)), ctx(2, [0]), ctxU(3, 60)))
        if (m.type === TYPE.simple) check(!(await cov(c, 400)), 'a notification in spite of disable-initiation')
        await ask(c, S.dcc, dcc(0))
        if (m.type === TYPE.simple) {
            await c.ask(S.wp, wpBody(OT.AV, 24, 85, real(11)))
            check(await cov(c, 1500), 'a notification afterwards')
            await c.ask(S.subscribeCov, bytes(ctxU(0, 90), ctx(1, oid(OT.AV, 24))))
        }
    },
    async T251(c) {
        await ask(c, S.dcc, dcc(2, 5))
        same((await ask(c, S.dcc, dcc(0))).type, TYPE.simple, 'enable')
    },
    async T252(c) {
        expectError(await ask(c, S.dcc, dcc(2, 1, 'wrong')), '4/26')
        expectError(await ask(c, S.dcc, bytes(ctxU(0, 1), ctxU(1, 2))), '4/26')
    },
    async T253(c) { const m = await ask(c, S.dcc, dcc(1, 1)); expectError(m, '5/29'); },
    async T254(c) { expectReject(await ask(c, S.dcc, dcc(7, 1)), 8) },
    async T255(c) { expectError(await ask(c, S.reinit, reinit(1, 'wrong')), '4/26') },
    async T256(c) {
        await ask(c, S.dcc, dcc(2, 5))
        same((await ask(c, S.reinit, reinit(1))).type, TYPE.simple, 'WARMSTART')
        check(await iAm(c, 3000) || await c.world.listener.next((m) => m.type === 1 && m.service === 0, 3000), 'no I-Am after the restart')
        const m = await c.ask(S.subscribeCov, bytes(ctxU(0, 91), ctx(1, oid(OT.AV, 25)), ctx(2, [0]), ctxU(3, 60)))
        same(m.type, TYPE.simple, 'subscription')
        check(await cov(c, 1500), 'the device still keeps silent')
        await c.ask(S.subscribeCov, bytes(ctxU(0, 91), ctx(1, oid(OT.AV, 25))))
    },
    async T271(c) {
        const restarted = (host, ms) => host.next((m) => m.type === 1 && m.service === 2 && m.data[0] === 9 && m.data[1] === 0, ms)
        const list = value(await c.read(OT.DEV, 0x3fffff, 202))
        const me = bytes(0x1e, app(2, [0]), app(6, ip(c.address, c.socket.address().port)), 0x1f)
        const before = value(await c.read(OT.DEV, 0x3fffff, 203))
        check(before[1] === 0xa4 && before[2] > 100, `Time_Of_Device_Restart ${what({ raw: before })}`)
        await sleep(1100)
        same((await c.ask(S.wp, wpBody(OT.DEV, 1001, 202, me))).type, TYPE.simple, 'the recipient written')
        for (const [state, reason] of [[1, 2], [0, 1]]) {
            const heard = restarted(c, 3000)
            same((await ask(c, S.reinit, reinit(state))).type, TYPE.simple, 'ReinitializeDevice')
            const m = await heard
            check(m, 'no notification of the restart')
            const time = value(await c.read(OT.DEV, 0x3fffff, 203))
            check(!time.equals(before), 'Time_Of_Device_Restart is the old one')
            const want = bytes(ctxU(0, 0), ctx(1, oid(OT.DEV, 1001)), ctx(2, oid(OT.DEV, 1001)), ctxU(3, 0), open(4),
                ctxU(0, 112), open(2), app(9, [0]), close(2), ctxU(0, 203), open(2), time, close(2),
                ctxU(0, 196), open(2), app(9, [reason]), close(2), close(4))
            check(m.data.equals(want), `${what(m)} instead of ${want.toString('hex')}`)
        }
        same((await c.ask(S.wp, wpBody(OT.DEV, 1001, 202, list))).type, TYPE.simple, 'the list written back')
        const heard = restarted(c.world.listener, 3000)
        await ask(c, S.reinit, reinit(1))
        check(await heard, 'no notification to the default recipient, the local broadcast')
    },
    async T257(c) { expectReject(await ask(c, S.reinit, reinit(99)), 8) },
    async T258(c) {
        await executes(c, 36, 'UTCTimeSynchronization')
        const ahead = new Date(Date.now() + 3600 * 1000)
        const local = async () => seconds(value(await c.read(OT.DEV, 0x3fffff, 57)))
        const before = await local()
        c.unicast(bytes(0x10, 9, date(ahead), time(ahead)))             // UTCTimeSynchronization
        await sleep(200)
        const after = await local()
        check(Math.abs(((after - before + 86400) % 86400) - 3600) < 5, `the clock went ${after - before} s`)
        const now = new Date()
        c.unicast(bytes(0x10, 9, date(now), time(now)))
        await sleep(100)
        c.unicast(bytes(0x10, 6, app(10, [255, 255, 255, 255]), app(11, [1, 255, 255, 255])))
        await sleep(100)
        check(Math.abs(await local() - before) < 30, 'a time with wildcards is ignored')
    },
    async T259(c) {
        await executes(c, 36, 'UTCTimeSynchronization')
        const utc = new Date(Date.UTC(2027, 6, 1, 12, 0, 0))
        c.unicast(bytes(0x10, 9, date(utc), time(utc)))
        await sleep(200)
        const offset = value(await c.read(OT.DEV, 0x3fffff, 119))
        const minutes = offset.subarray(1).readIntBE(0, offset.length - 1)
        const dst = value(await c.read(OT.DEV, 0x3fffff, 24))[0] & 1
        const local = seconds(value(await c.read(OT.DEV, 0x3fffff, 57)))
        const now = new Date()
        c.unicast(bytes(0x10, 9, date(now), time(now)))
        const want = (12 * 3600 - minutes * 60 + dst * 3600 + 86400) % 86400
        check(Math.abs(local - want) < 5, `local time ${local} instead of ${want}`)
    },
    // Backup: the state, the file by pieces, the end; a second start; nobody goes on with it.
    async T265(c) {
        await begin(c, 2)
        same([await state(c), await status(c)], [3, 5], 'Backup_And_Restore_State, System_Status')
        expectError(await ask(c, S.reinit, reinit(2)), '0/2')
        expectError(await ask(c, S.reinit, reinit(4)), '0/2')
        expectError(await ask(c, S.reinit, reinit(1)), '0/2')
        expectError(await ask(c, S.reinit, reinit(5)), '5/29')
        const file = await whole(c, 100)
        same(file.subarray(0, 16).toString('latin1'), 'bacrt config 1\r\n', 'the head of the file')
        same(unsigned(await c.read(10, 0, 42)), file.length, 'File_Size')
        same((await ask(c, S.reinit, reinit(3))).type, TYPE.simple, 'ENDBACKUP')
        same([await state(c), await status(c)], [0, 0], 'afterwards')
        expectError(await ask(c, S.reinit, reinit(3)), '5/29')
        expectError(await ask(c, S.reinit, reinit(2, 'wrong')), '4/26')
        same((await c.ask(S.wp, wpBody(OT.DEV, 1001, 153, app(2, [1])))).type, TYPE.simple, 'Backup_Failure_Timeout')
        await begin(c, 2)
        await sleep(1600)
        same([await state(c), await status(c)], [0, 0], 'after the timeout')
        expectError(await c.ask(6, readFile(0, 10)), '5/5')
        same((await c.ask(S.wp, wpBody(OT.DEV, 1001, 153, app(2, [1, 44])))).type, TYPE.simple, 'Backup_Failure_Timeout')
    },
    // Restore: the same configuration again, whatever was written meanwhile; bad files change nothing.
    async T266(c) {
        const text = (t) => app(7, [0, ...Buffer.from(t)])
        const write = async (p, v, want = TYPE.simple) => same((await c.ask(S.wp, wpBody(OT.AV, 26, p, v))).type, want, `write of ${p}`)
        const read = async (p) => value(await c.read(OT.AV, 26, p)).toString('hex')
        await write(28, text('kept'))
        await begin(c, 2)
        const file = await whole(c, 400)
        await ask(c, S.reinit, reinit(3))
        const was = [await read(28), await read(22), await read(77)]
        await write(28, text('lost'))
        await write(22, real(7))
        await write(77, text('Another name'))
        const revision = unsigned(await c.read(OT.DEV, 1001, 155))
        const now = async () => [await read(28), await read(22), await read(77)]
        const changed = await now()
        const broken = [file.subarray(0, file.length - 1), Buffer.concat([file, Buffer.from([0])]), flip(file, 20), flip(file, file.length - 1),
            flip(file, 33), Buffer.alloc(0), seal(flip(file, 17)), seal(flip(file, 32)), seal(flip(file, 48 + 20)), flip(file, 0)]
        for (const [i, bad] of broken.entries()) {
            await begin(c, 4)
            await fill(c, bad)
            expectError(await ask(c, S.reinit, reinit(5)), '5/46')
            same([await state(c), await status(c), ...await now()], [6, 0, ...changed], `after bad file ${i}`)
        }
        await begin(c, 4)
        same([await state(c), await status(c)], [4, 3], 'Backup_And_Restore_State, System_Status')
        expectError(await c.ask(S.wp, wpBody(OT.AV, 26, 28, text('meanwhile'))), '0/2')
        await fill(c, file)
        same((await ask(c, S.reinit, reinit(6))).type, TYPE.simple, 'ABORTRESTORE')
        same([await state(c), await status(c), ...await now()], [0, 0, ...changed], 'after the abort')
        await begin(c, 4)
        await fill(c, file)
        same((await ask(c, S.reinit, reinit(5))).type, TYPE.simple, 'ENDRESTORE')
        for (let i = 0; i < 50 && await state(c) !== 0; i++) await sleep(20)
        same([await state(c), await status(c), ...await now()], [0, 0, ...was], 'after the restore')
        check(unsigned(await c.read(OT.DEV, 1001, 155)) > revision, 'Database_Revision rises')
        const stamp = value(await c.read(OT.DEV, 1001, 157))
        check(stamp[0] === 0x2e && stamp[1] === 0xa4 && stamp[2] !== 255, `Last_Restore_Time ${stamp.toString('hex')}`)
        await begin(c, 2)
        const again = await whole(c, 1000)
        await ask(c, S.reinit, reinit(3))
        check(again.subarray(48).equals(file.subarray(48)), 'another backup holds something else')
        await write(28, text(''))
    },
    async T267(c) {
        await begin(c, 2)
        const size = unsigned(await c.read(10, 0, 42))
        expectError(await c.ask(6, readFile(size + 1, 10)), '5/11')
        expectError(await c.ask(6, bytes(app(12, oid(10, 0)), open(0), app(3, [255]), appU(10), close(0))), '5/11')
        expectError(await c.ask(6, bytes(app(12, oid(10, 0)), open(1), app(3, [0]), appU(1), close(1))), '5/10')
        expectError(await c.ask(6, bytes(app(12, oid(OT.AV, 0)), open(0), app(3, [0]), appU(1), close(0))), '5/130')
        expectError(await c.ask(6, bytes(app(12, oid(10, 9)), open(0), app(3, [0]), appU(1), close(0))), '1/31')
        const m = await c.ask(6, readFile(size, 10))
        same([m.type, m.data[0], m.data[m.data.length - 2]], [TYPE.complex, 0x11, 0x60], 'at the end: nothing, the end')
        expectReject(await c.ask(6, bytes(app(12, oid(10, 0)), open(0), app(3, [0]), close(0))), 4, 5)
        expectReject(await c.ask(6, bytes(readFile(0, 10), 0)), 4, 7)
        await ask(c, S.reinit, reinit(3))
    },
    async T268(c) {
        expectError(await c.ask(7, writeFile(0, [1])), '5/5')
        await begin(c, 2)
        expectError(await c.ask(7, writeFile(0, [1])), '5/5')
        await ask(c, S.reinit, reinit(3))
        await begin(c, 4)
        expectError(await c.ask(7, writeFile(1, [1])), '5/11')
        expectError(await c.ask(7, bytes(app(12, oid(10, 0)), open(1), app(3, [0]), appU(1), app(6, [1]), close(1))), '5/10')
        same([...(await c.ask(7, writeFile(-1, [1, 2]))).data], [9, 0], 'appended')
        same([...(await c.ask(7, writeFile(-1, [3]))).data], [9, 2], 'appended')
        same([...await whole(c, 2)], [1, 2, 3], 'read back')
        await ask(c, S.reinit, reinit(6))
    },
    async T269(c) {
        const m = await ask(c, S.dcc, dcc(2, 1, 'x'.repeat(21)))
        check((m.type === TYPE.error && m.error === '4/26') || m.type === TYPE.reject || m.type === TYPE.error, what(m))
    },
    async T270(c) {
        for (const [service, body] of [[10, bytes(open(0), ctxU(0, 2), close(0))], [11, bytes(app(12, oid(OT.AV, 0)))]]) {
            const m = await c.ask(service, body)
            check((m.type === TYPE.reject && m.reason === 9) || m.type === TYPE.error, what(m))
        }
        same((await c.read(OT.AV, 0, 75)).type, TYPE.complex, 'the object is still there')
    },
}
