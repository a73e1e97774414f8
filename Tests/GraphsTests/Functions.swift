// The elementary functions that examples are computed with.
import Glibc

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
func errorFunction(_ x: Double) -> Double { erf(x) }
func sine(_ x: Double) -> Double { sin(x) }
