#ifndef COMPILER_SYNTAX_NAMES_H
#define COMPILER_SYNTAX_NAMES_H
/* Every element and attribute name of the project's vocabulary, once each. Where an element may
 * stand and which attributes it takes are rows in grammar.c. */

#define ELEMENTS(X)                                                                                \
    X(Project) X(Units) X(Unit) X(StateTexts) X(State) X(AlarmPoints) X(AlarmPoint)                \
    X(Sources) X(Mqtt) X(Modbus) X(Simulate) X(Variables) X(Variable) X(Bind) X(On)                \
    X(Plc) X(Channel) X(Port) X(Bbmd) X(Peer) X(ForeignDevice) X(Access) X(Allow) X(Device)        \
    X(NotificationClass) X(Recipients) X(Recipient) X(Calendar) X(Date) X(DateRange) X(WeekNDay)   \
    X(Schedule) X(Week) X(Monday) X(Tuesday) X(Wednesday) X(Thursday) X(Friday) X(Saturday)        \
    X(Sunday) X(At) X(Exception) X(Target) X(TrendLog) X(Object)                                   \
    X(Template) X(Param) X(Use) X(Arg)

#define ATTRIBUTES(X)                                                                              \
    X(access) X(ackRequired) X(adapter) X(address) X(alarmPoint) X(alarmStates) X(align)           \
    X(amplitude) X(apduRetries) X(apduTimeout) X(as) X(author) X(availability) X(bacnet) X(bacnetDevice)           \
    X(bacnetVisible) X(bbmd) X(bit) X(broadcast) X(bufferSize) X(caFile) X(calendar) X(certFile)   \
    X(clientId) X(commandable) X(commandableValues) X(confirmed) X(counters) X(covIncrement)       \
    X(dataPointName) X(dataPointType) X(day) X(days) X(deadband) X(default)                        \
    X(defaultNotificationClass) X(delay) X(delayNormal) X(description) X(device) X(discipline) X(echo) \
    X(effectiveFrom) X(effectiveTo) X(enabled) X(faultHigh) X(faultLow) X(faultStates)             \
    X(feedback) X(firstInstance) X(formerly) X(from) X(fullAlarm) X(guid) X(high) X(id) X(index)   \
    X(initial) X(instance) X(instanceRange) X(interval) X(keep) X(keepAlive) X(keyFile) X(kind)    \
    X(lastChange)                                                                                  \
    X(limitProperties) X(link) X(location) X(logging) X(low) X(mac) X(managementPassword)          \
    X(managementPasswordFile) X(managementPasswordHash) X(mask) X(maxGap) X(mean) X(minimumOffTime) X(minimumOnTime) \
    X(modelName) X(month)                                                                          \
    X(name) X(namePattern) X(network) X(notificationClass) X(object) X(objectName) X(offset)       \
    X(on) X(onStale) X(order) X(password) X(passwordFile) X(path) X(period) X(plc) X(polarity)     \
    X(poll) X(port) X(priority) X(processId) X(property) X(protocol) X(qos) X(read) X(readOnly)    \
    X(register) X(reset) X(resetVariable) X(resolution) X(retain) X(scale) X(scheduleLimits)        \
    X(seed) X(signal) X(source)                                                                    \
    X(stale) X(stateTexts) X(statusTopic) X(stopWhenFull) X(template) X(text) X(threshold) X(time) X(timeSync)    \
    X(timeZone) X(timeout) X(to) X(toFault) X(toNormal) X(toOffnormal) X(transitions) X(ttl)       \
    X(type) X(udpPort) X(unit) X(url) X(useSubscriptions) X(user) X(value) X(variable)             \
    X(vendorId) X(vendorName) X(week) X(wire) X(write) X(writeRegister)
#endif
