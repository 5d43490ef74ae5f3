// sample: boilerhouse
// An operator's station that comes for a while: it adds itself to a Recipient_List, is told of an alarm
// (confirmed), finds it with GetEventInformation, acknowledges it, sees the ACK_NOTIFICATION, and leaves.
import { connect, done, equal, fails, P, T, value, write } from './lib.mjs'

const client = await connect(), to = client.to
const AI = { type: 0, instance: 0 }, NC = { type: 15, instance: 1 }
const Q = { timeDelay: 113, limitEnable: 52, recipientList: 102, eventTimeStamps: 130, lowLimit: 59, highLimit: 45, deadband: 25 }
const BIT_STRING = 8, TIME = 11, TIMESTAMP = 104        // the library's own number for a BACnetTimeStamp

// The library has no BACnetDestination. Its parts have encoders but one: a recipient that is a device, [0] with
// the four octets of an object identifier. A time stamp that is a time has the same form, [0] with hour,
// minute, second, hundredth, so that is how device 1290 (02 00 05 0a) is written here.
const ME = 1290, device = new Date(2026, 0, 1, 2, 0, 5, 100)
const destination = (process) => [
    { type: BIT_STRING, value: { bitsUsed: 7, value: [0x7f] } },
    { type: TIME, value: new Date(2026, 0, 1, 0, 0, 0, 0) }, { type: TIME, value: new Date(2026, 0, 1, 23, 59, 59, 990) },
    { type: TIMESTAMP, value: { type: 0, value: device } },
    { type: T.UNSIGNED, value: process }, { type: T.BOOLEAN, value: true }, { type: BIT_STRING, value: { bitsUsed: 3, value: [7] } },
]
const told = []
client.on('eventNotify', (m) => {
    told.push(m.payload ?? m)
    if (m.header.confirmedService) client.simpleAckResponse(to, 2, m.invokeId)
})
const present = setInterval(() => client.iAmResponse(to, ME, 3, 999), 200)     // it is looked for, and there
async function next(text) {
    for (let i = 0; i < 100 && !told.length; i++) await new Promise((r) => setTimeout(r, 50))
    const e = told.shift()
    equal(Boolean(e), true, `${text}: a notification`)
    return e ?? {}
}

// (Nor does it decode the list; that it is in it once is seen by what comes.)
await client.addListElement(to, NC, { id: Q.recipientList, index: 0xffffffff }, destination(9))
await client.addListElement(to, NC, { id: Q.recipientList, index: 0xffffffff }, destination(9))

equal((await client.getEventInformation(to)).length, 0, 'nothing is wrong')
await write(client, AI.type, AI.instance, P.outOfService, T.BOOLEAN, true)
await write(client, AI.type, AI.instance, P.presentValue, T.REAL, 20)
await write(client, AI.type, AI.instance, Q.timeDelay, T.UNSIGNED, 0)
await write(client, AI.type, AI.instance, P.presentValue, T.REAL, 80)
const alarm = await next('to HIGH_LIMIT')
await new Promise((r) => setTimeout(r, 300))
equal(told.length, 0, 'added twice, told once')
equal([alarm.processId, alarm.eventObjectId, alarm.notificationClass, alarm.priority, alarm.eventType, alarm.notifyType, alarm.ackRequired, alarm.fromState, alarm.toState],
    [9, AI, 1, 64, 5, 0, true, 0, 3], 'what it says')
equal(alarm.messageText?.startsWith('AHU1.TSup is '), true, `message text ${alarm.messageText}`)

const found = await client.getEventInformation(to)
equal(found.length, 1, 'one object to look at')
equal([found[0]?.objectId, found[0]?.eventState, found[0]?.eventPriorities], [AI, 3, [64, 32, 192]], 'GetEventInformation')
equal(found[0]?.acknowledgedTransitions.value[0] & 1, 0, 'not acknowledged')
equal(+found[0]?.eventTimeStamps[0].value, +alarm.timeStamp.value, 'its time stamp is the notification\'s')

const now = { type: 2, value: new Date() }
await fails(client.acknowledgeAlarm(to, AI, 3, 'test', { type: 2, value: new Date(+alarm.timeStamp.value + 10) }, now), /Class:5 - Code:14/, 'another time stamp')
await fails(client.acknowledgeAlarm(to, AI, 4, 'test', alarm.timeStamp, now), /Class:5 - Code:73/, 'another state')
await fails(client.acknowledgeAlarm(to, { type: 0, instance: 77 }, 3, 'test', alarm.timeStamp, now), /Class:1 - Code:31/, 'an object that is not there')
await fails(client.acknowledgeAlarm(to, NC, 3, 'test', alarm.timeStamp, now), /Class:1 - Code:74/, 'an object without alarms')
equal(told.length, 0, 'nothing is told of these')
await client.acknowledgeAlarm(to, AI, 3, 'test', alarm.timeStamp, now)
const ack = await next('acknowledged')
equal([ack.notifyType, ack.eventObjectId, ack.toState, ack.priority, ack.processId], [2, AI, 3, 64, 9], 'ACK_NOTIFICATION')
equal((await client.getEventInformation(to))[0]?.acknowledgedTransitions.value[0] & 1, 1, 'acknowledged')

await write(client, AI.type, AI.instance, 356, T.UNSIGNED, 0)                  // Time_Delay_Normal
await write(client, AI.type, AI.instance, P.presentValue, T.REAL, 20)
const normal = await next('to NORMAL')
equal([normal.fromState, normal.toState, normal.priority, normal.ackRequired], [3, 0, 192, false], 'to NORMAL')
equal((await client.getEventInformation(to)).length, 0, 'all is well')

await client.removeListElement(to, NC, { id: Q.recipientList, index: 0xffffffff }, destination(9))
await fails(client.removeListElement(to, NC, { id: Q.recipientList, index: 0xffffffff }, destination(9)), /BacnetError/, 'it is out of the list')        // the library does not take a ChangeList-Error apart
await write(client, AI.type, AI.instance, P.presentValue, T.REAL, 80)
await new Promise((r) => setTimeout(r, 500))
equal(told.length, 0, 'who left is not told')
equal(await value(client, AI.type, AI.instance, P.eventState), 3, 'though the alarm is there')
clearInterval(present)
done(client)
