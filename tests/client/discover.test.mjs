// sample: minimal
// Who-Is: unicast, with limits, and broadcast; what I-Am says equals the Device object.
import { check, connect, DEVICE, done, equal, iAm, value } from './lib.mjs'

const client = await connect()
const [found] = await iAm(client, () => client.whoIs(client.to))
if (check(found, 'no I-Am after a unicast Who-Is')) {
    equal(found.deviceId, 1001, 'device instance')
    equal(found.maxApdu, await value(client, DEVICE, 1001, 62), 'Max_APDU_Length_Accepted')
    equal(found.segmentation, await value(client, DEVICE, 1001, 107), 'Segmentation_Supported')
    equal(found.vendorId, await value(client, DEVICE, 1001, 120), 'Vendor_Identifier')
}
const again = await iAm(client, () => client.whoIs(client.to, { lowLimit: 1001, highLimit: 1001 }))
check(again.some((m) => m.deviceId === 1001), 'no I-Am within the limits')
client.removeAllListeners('iAm')
const none = await iAm(client, () => client.whoIs(client.to, { lowLimit: 1002, highLimit: 2000 }), 500)
equal(none.length, 0, 'answers outside the limits')
client.removeAllListeners('iAm')
const heard = await iAm(client, () => client.whoIs({ lowLimit: 1001, highLimit: 1001 }))
check(heard.some((m) => m.deviceId === 1001), 'no I-Am after a broadcast Who-Is')
done(client)
