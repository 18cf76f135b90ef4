using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Xmtp.Architecture.Tests.Assemblies;

public class LogEventTests
{
    private static readonly IReadOnlyList<(string Method, int Id)> Events =
    [
        .. from assembly in SourceAssemblies.All
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           from attribute in method.GetCustomAttributes<LoggerMessageAttribute>()
           select ($"{type.FullName}.{method.Name}", attribute.EventId),
    ];

    [Fact]
    public void LogEvents_Ids_AreGivenAndUnique()
    {
        Assert.NotEmpty(Events);
        Exemptions.None.Check(
            Events.Where(message => message.Id <= 0).Select(message => new Violation(message.Method, "has no event id of its own"))
                .Concat(Events.GroupBy(message => message.Id).Where(group => group.Count() > 1)
                    .Select(group => new Violation(string.Join(", ", group.Select(message => message.Method)), $"share the event id {group.Key}"))));
    }
}
